"""Which limit counts, and what can be a limit at all. Odoo-free."""

from decimal import Decimal, InvalidOperation

HIGHEST = Decimal(10) ** 15


def effective_limit(individual=None, group=None, mandatory=False, unlimited=False):
    """Return the limit that an order is held against; None = no limit.

    Unlimited wins. An individual limit of 0 is "no credit" where a limit is mandatory, else the group's limit
    counts. Otherwise the lower of the two.
    """
    if unlimited:
        return None
    if individual is None:
        return group
    if not individual:
        return individual if mandatory else group
    return individual if group is None else min(individual, group)


def limit_on(day, limit, temporary=None, valid_from=None, valid_until=None):
    """Return the customer's own limit on ``day``: a temporary one counts from its first to its last day.

    :param limit: the base limit; None = none decided. A temporary limit stands in for it, higher or lower.
    """
    if temporary is None or (valid_from and day < valid_from) or (valid_until and day > valid_until):
        return limit
    return temporary


def is_amount(value):
    """Return whether ``value`` can be an amount of credit: a number from 0 up, below 10**15."""
    try:
        amount = Decimal(str(value or 0))
        return amount.is_finite() and 0 <= amount < HIGHEST
    except InvalidOperation:
        return False


def is_day(day, today, years):
    """Return whether ``day`` is a day that somebody can have meant: from 2000 to ``years`` from ``today``."""
    return 2000 <= day.year <= today.year + years


def stricter(one, other):
    """Return the lower of two limits; None = unlimited or none decided."""
    return min((limit for limit in (one, other) if limit is not None), default=None)
