"""Money in exact decimals, with the one rounding of the suite. Odoo-free.

Rules
-----
1. A number is worth what it shows: 0.1 is a tenth, whatever its binary storage adds. What is unknown (None,
   False) is not zero.
2. Amounts are rounded to a multiple of a unit, half away from zero, as Odoo rounds to a currency's
   ``rounding``. The unit may be any: 0.01, 0.05, 1, 0.001.
3. Rounding happens once, at the level that the caller's rule states; until then amounts are decimals or
   fractions.
"""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import floor

ZERO = Decimal(0)
CENT = Decimal('0.01')
HALF = Fraction(1, 2)


def exact(value):
    """Return the number (int, float, Decimal or text) as the decimal that it shows.

    Anything else, None and booleans included, raises ``TypeError``; a text that shows no number
    ``ValueError``.
    """
    if isinstance(value, Decimal):
        return value
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise TypeError(f'{value!r} is not a number')
    try:
        return Decimal(str(value))
    except ArithmeticError as error:
        raise ValueError(f'{value!r} is not a number') from error


def rounded(amount, unit):
    """Return the multiple of ``unit`` nearest to ``amount``, half away from zero; zero is never negative.

    :param amount: what ``exact`` takes, or a ``Fraction``.
    :return: a decimal with as many places as ``unit`` shows.
    """
    unit = exact(unit)
    if isinstance(amount, Fraction):
        units = floor(abs(amount) / Fraction(unit) + HALF) * (1 if amount > 0 else -1)
    else:
        units = int((exact(amount) / unit).to_integral_value(ROUND_HALF_UP))
    return units * unit


def is_zero(amount, unit):
    """Tell whether ``amount`` rounds to nothing."""
    return not rounded(amount, unit)


def exceeds(amount, bound, unit):
    """Tell whether ``amount`` is above ``bound`` by more than half a unit; an amount equal to it does not."""
    return (exact(amount) - exact(bound)) * 2 > exact(unit)


def shares(total, weights, unit):
    """Spread ``total`` over ``weights`` in rounded parts that sum to it, rounded, exactly.

    Each part is the difference of two rounded running totals, so no part is off by more than one unit.
    Where the weights sum to zero, there is nothing to spread over, and every part is zero.
    """
    total, unit, weights = exact(total), exact(unit), [exact(weight) for weight in weights]
    whole = sum(weights, ZERO)
    if not whole:
        return [ZERO] * len(weights)
    parts, running, given = [], ZERO, ZERO
    for weight in weights:
        running += weight
        upto = rounded(total * running / whole, unit)
        parts.append(upto - given)
        given = upto
    return parts
