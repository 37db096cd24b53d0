"""Decimal money, rounded half up, away from zero. Odoo-free."""

from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal('0.01')


def exact(value):
    """Return ``value`` (number or text) as the decimal that it shows: a float's storage adds noise."""
    return value if isinstance(value, Decimal) else Decimal(str(value))


def rounded(value, rounding=CENT):
    """Return ``value`` rounded to a multiple of ``rounding``."""
    return (value / rounding).quantize(Decimal(1), ROUND_HALF_UP) * rounding


def shares(total, weights, rounding=CENT):
    """Spread ``total`` over ``weights`` in rounded parts that sum to it exactly.

    Each part is the difference of two rounded running totals, so no part is off by more than one unit.
    """
    whole = sum(weights)
    if not whole:
        return [Decimal(0)] * len(weights)
    parts, running, given = [], Decimal(0), Decimal(0)
    for weight in weights:
        running += weight
        upto = rounded(total * running / whole, rounding)
        parts.append(upto - given)
        given = upto
    return parts
