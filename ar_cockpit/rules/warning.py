"""Which customers are getting worse: a table of rules over what is known of a customer. Odoo-free.

A rule names the fact that it looks at, its usual threshold and the unit of both. It warns where the fact is
at or above the threshold, or at or below it. A fact that is not known warns of nothing.
"""

from typing import NamedTuple


class Facts(NamedTuple):
    """What is known of a customer on a day; None = not known, or does not apply.

    Attributes:
        limit_used: per cent of the credit limit that the exposure is.
        slower: days by which receipts of the last 90 days came later than those of the year before them.
        first_delay: days that the oldest item is overdue, of a customer who paid (nearly) everything in time.
        order_spike, fewer_orders: invoiced in the last 30 and 90 days, in per cent of what is usual.
        part_payments: items paid in part, of which the latest part came within 60 days.
        bounced: receipts that were taken back within 60 days.
        grade_fell: grades that the customer went down within 90 days.
        ending: days until the limit or a security ends.
        broken: promises and instalments missed and not made good.
        concentration: share of all that is open, in per cent.
    """

    limit_used: float | None = None
    slower: float | None = None
    first_delay: float | None = None
    order_spike: float | None = None
    fewer_orders: float | None = None
    part_payments: float | None = None
    bounced: float | None = None
    grade_fell: float | None = None
    ending: float | None = None
    broken: float | None = None
    concentration: float | None = None


class Rule(NamedTuple):
    """A warning rule: the fact it looks at is its code.

    Attributes:
        threshold: what it is delivered with.
        unit: ``percent``, ``days`` or ``count``.
        below: it warns at or below the threshold; else at or above.
    """

    code: str
    threshold: float
    unit: str
    below: bool = False


RULES = (
    Rule('limit_used', 90, 'percent'),
    Rule('slower', 10, 'days'),
    Rule('first_delay', 8, 'days'),
    Rule('order_spike', 250, 'percent'),
    Rule('fewer_orders', 30, 'percent', below=True),
    Rule('part_payments', 2, 'count'),
    Rule('bounced', 1, 'count'),
    Rule('grade_fell', 1, 'count'),
    Rule('ending', 14, 'days', below=True),
    Rule('broken', 1, 'count'),
    Rule('concentration', 25, 'percent'),
)
BY_CODE = {rule.code: rule for rule in RULES}


def warns(rule, value, threshold):
    """Return whether the fact warns; None never does."""
    if value is None:
        return False
    return value <= threshold if rule.below else value >= threshold


def findings(facts, thresholds):
    """Return {code: (value, threshold)} of the rules that warn.

    :param thresholds: {code: threshold} of the rules that are looked at.
    """
    return {
        code: (getattr(facts, code), threshold)
        for code, threshold in thresholds.items()
        if warns(BY_CODE[code], getattr(facts, code), threshold)
    }


# === Facts that are compared with what is usual ===

LEAST_PAID = 5  # items a customer has paid before its habits say something
GOOD = 0.1  # of them may have been late, of a good payer


def slower(recent, before):
    """Return by how many days receipts came later; None where either period says too little.

    :param recent, before: (items, amount, amount x days after the due date).
    """
    if recent[0] < 2 or before[0] < LEAST_PAID or not recent[1] or not before[1]:
        return None
    return recent[2] / recent[1] - before[2] / before[1]


def first_delay(overdue_days, paid, late):
    """Return the days of the oldest overdue item, of a customer who (nearly) always paid in time."""
    if not overdue_days or paid < LEAST_PAID or late > paid * GOOD:
        return None
    return overdue_days


def of_usual(amount, days, before, before_days):
    """Return what was invoiced in these days, in per cent of what is usual; None where nothing was."""
    if before <= 0 or before_days < 180:
        return None
    return 100 * (amount / days) / (before / before_days)
