"""Which customers are getting worse: a table of rules over what is known of a customer. Odoo-free.

The delivered thresholds were chosen on generated years of payers with planted insolvencies, other seeds than
those of ``tests/test_warnings_generated.py``.

A rule names the fact that it looks at, its usual threshold and the unit of both. It warns where the fact is
at or above the threshold, or at or below it. A fact that is not known warns of nothing.
"""

from datetime import date
from math import sqrt
from statistics import median
from typing import NamedTuple


class Facts(NamedTuple):
    """What is known of a customer on a day; None = not known, or does not apply.

    Attributes:
        limit_used: per cent of the credit limit that the exposure is.
        slower: days by which the items of the last 90 days are later than those of the year before them, more
            than its ups and downs explain.
        first_delay: days that the oldest item is overdue for longer than any before, of a customer who paid
            (nearly) everything in time.
        order_spike: invoiced in the last 30 days, in per cent of the largest 30 days of the year before.
        fewer_orders: invoiced in the last 90 days, in per cent of the smallest 90 days of the year before.
        part_payments: items paid in part, of which the latest part came within 60 days, less what is usual.
        bounced: receipts that were taken back within 60 days.
        grade_fell: grades that the customer went down within 90 days.
        ending: days until the limit or a security ends.
        broken: promises and instalments missed and not made good.
        unreached: contacts in a row in which nobody was reached.
        old_drafts: days of the oldest invoice that was never posted.
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
    unreached: float | None = None
    old_drafts: float | None = None
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
    Rule('slower', 12, 'days'),
    Rule('first_delay', 30, 'days'),
    Rule('order_spike', 300, 'percent'),
    Rule('fewer_orders', 20, 'percent', below=True),
    Rule('part_payments', 2, 'count'),
    Rule('bounced', 1, 'count'),
    Rule('grade_fell', 1, 'count'),
    Rule('ending', 14, 'days', below=True),
    Rule('broken', 1, 'count'),
    Rule('unreached', 3, 'count'),
    Rule('old_drafts', 30, 'days'),
    Rule('concentration', 25, 'percent'),
)
BY_CODE = {rule.code: rule for rule in RULES}
# Those whose facts the ledger keeps: they can be tried on any past day.
OF_LEDGER = frozenset(
    ['slower', 'first_delay', 'order_spike', 'fewer_orders', 'part_payments', 'bounced', 'concentration']
)


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


# === Facts that are compared with what is usual of the customer ===

LEAST_PAID = 5  # items a customer has paid before its habits say something
GOOD = 0.1  # of them may have been late by more than a week, of a good payer
LEAST_SPREAD = 3.0  # days: nobody pays more evenly than weekends allow
TENTHS = 2.563  # standard deviations between the tenths of what is normally distributed
CHANCE = 1.2533  # the standard error of a median, in those of a mean: the root of pi / 2


class Habit(NamedTuple):
    """How late items were: their number, the median of their days after due, and the days between the
    earliest and the latest tenth. What one disputed item does to a mean, it does not do to these.
    """

    items: int
    late: float | None
    spread: float | None = None


def slower(recent, before):
    """Return by how many days items are later, beyond what chance explains; None where one says too little.

    :param recent, before: ``Habit``.
    """
    if recent.items < 2 or before.items < LEAST_PAID:
        return None
    spread = max((before.spread or 0) / TENTHS, LEAST_SPREAD)
    chance = CHANCE * spread * sqrt(1 / recent.items + 1 / before.items)
    return recent.late - before.late - chance


def first_delay(overdue_days, longest, paid, late):
    """Return the days that the oldest overdue item is later than any before, of a customer who (nearly)
    always paid in time; None where it is not, or is not such a customer.
    """
    if paid < LEAST_PAID or late > paid * GOOD or overdue_days <= max(longest, 0):
        return None
    return overdue_days - max(longest, 0)


def of_usual(amount, usual):
    """Return the amount in per cent of what is usual; None where nothing is."""
    return 100 * amount / usual if usual and usual > 0 else None


def more_parts(parts, before, days, before_days):
    """Return the items paid in part, less those that so many days had before."""
    return parts - before * days / before_days


# === How good the rules were ===


class Warned(NamedTuple):
    """A warning of the past."""

    customer: int
    code: str
    day: date


class Result(NamedTuple):
    """What came of warnings.

    Attributes:
        warnings: all of them, ``right`` and ``false`` ones.
        found: customers with a right one.
        days_early: from the first right warning of each customer to its default; the median, None = no one.
    """

    warnings: int
    right: int
    found: int
    days_early: int | None

    @property
    def false(self):
        return self.warnings - self.right


def judged(warned, defaults, horizon):
    """Return the ``Result`` of warnings: right are those that a default followed within ``horizon`` days.

    :param defaults: {customer: day}; a warning on this day or later counts neither way.
    """
    warnings, right, early = 0, 0, {}
    for row in warned:
        day = defaults.get(row.customer, date.max)
        if row.day >= day:
            continue
        warnings += 1
        if (day - row.day).days <= horizon:
            right += 1
            early[row.customer] = max(early.get(row.customer, 0), (day - row.day).days)
    return Result(warnings, right, len(early), int(median(early.values())) if early else None)
