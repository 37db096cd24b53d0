"""The hold rules: which of them a customer and an order fail. Odoo-free.

Every rule is evaluated, always in the order of ``CODES``, so that the same facts give the same list of reasons.
Amounts are in company currency. A value equal to a limit passes.
"""

from datetime import date
from typing import NamedTuple

CODES = (
    'on_hold',
    'limit_expired',
    'file_expired',
    'no_file',
    'credit_limit',
    'limit_share',
    'order_value',
    'oldest_open_item',
    'overdue_ratio',
    'last_payment',
    'dunning_level',
    'payment_index',
    'terms',
    'discount',
)


class Rule(NamedTuple):
    """One rule with its thresholds; which of them count depends on the code.

    Attributes:
        outcome: ``none`` (not evaluated), ``warn`` or ``hold``.
        tolerance_pct: ``credit_limit``: the limit may be passed by this share.
        max_days: ``oldest_open_item``: days overdue that still pass; ``overdue_ratio``: only items overdue longer count;
            ``last_payment``: days without a payment that still pass.
        max_amount: ``order_value`` that still passes.
        max_pct: ``limit_share`` and ``overdue_ratio``: share in percent that still passes.
        max_level: ``dunning_level`` that still passes.
        min_index: ``payment_index`` that still passes.
    """

    code: str
    outcome: str = 'hold'
    tolerance_pct: float = 0.0
    max_days: int = 0
    max_pct: float = 0.0
    max_level: int = 0
    min_index: float = 0.0
    max_amount: float = 0.0


class Figures(NamedTuple):
    """The facts at the check date.

    Attributes:
        limit: the effective limit; None = none set or unlimited: only what needs a limit is skipped.
        group_limit, group_exposure: of the credit group, its members' net exposure added up; None = no group.
        has_file: somebody decided a limit, a grade or terms for the customer.
        order_value: the order's whole total; ``document`` is what it adds to the exposure.
        days_since_payment: None = never paid.
        credit_days, allowed_days: of the order's terms, -1 = in advance; None = any terms pass.
        discount, allowed_discount: the largest of the order's lines, in percent; None = any discount passes.
        oldest_overdue_days: of the items that the rule looks at; 0 = nothing overdue.
        balance, overdue_beyond: open items, and those of them overdue longer than the ratio's days.
        payment_index: 0 to 100; None = unrated, which passes.
    """

    check_date: date
    net_exposure: float = 0.0
    document: float = 0.0
    limit: float | None = None
    group_limit: float | None = None
    group_exposure: float = 0.0
    has_file: bool = True
    order_value: float = 0.0
    days_since_payment: int | None = None
    credit_days: int = 0
    allowed_days: int | None = None
    discount: float = 0.0
    allowed_discount: float | None = None
    limit_valid_until: date | None = None
    file_valid_until: date | None = None
    holds: int = 0
    oldest_overdue_days: int = 0
    balance: float = 0.0
    overdue_beyond: float = 0.0
    dunning_level: int = 0
    payment_index: float | None = None


class Failure(NamedTuple):
    code: str
    outcome: str


class Verdict(NamedTuple):
    """``available`` and ``over_by`` are None where no limit is set."""

    failures: tuple
    available: float | None
    over_by: float | None

    @property
    def held(self):
        return any(failure.outcome == 'hold' for failure in self.failures)

    @property
    def reasons(self):
        return [failure.code for failure in self.failures if failure.outcome == 'hold']


def exceeds(value, bound, rounding=0.01):
    """Tell whether ``value`` is above ``bound`` by at least one unit of the currency's rounding."""
    return round((value - bound) / rounding) > 0


def _room(figures, tolerance_pct=0.0):
    """Return what a document may add: the less of what customer and group have left; None = no limit.

    The tolerance widens the limits, not what is left of them.
    """
    rooms = [
        limit * (1 + tolerance_pct / 100) - exposure
        for limit, exposure in (
            (figures.limit, figures.net_exposure),
            (figures.group_limit, figures.group_exposure),
        )
        if limit is not None
    ]
    return min(rooms, default=None)


def fails(rule, figures, rounding=0.01):
    """Tell whether the figures fail one rule."""
    total = figures.net_exposure + figures.document
    match rule.code:
        case 'on_hold':
            return figures.holds > 0
        case 'limit_expired':
            return bool(figures.limit_valid_until and figures.limit_valid_until < figures.check_date)
        case 'file_expired':
            return bool(figures.file_valid_until and figures.file_valid_until < figures.check_date)
        case 'no_file':
            return not figures.has_file
        case 'credit_limit':
            room = _room(figures, rule.tolerance_pct)
            return room is not None and exceeds(figures.document, room, rounding)
        case 'limit_share':
            return bool(figures.limit) and exceeds(total, figures.limit * rule.max_pct / 100, rounding)
        case 'order_value':
            return exceeds(figures.order_value, rule.max_amount, rounding)
        case 'last_payment':
            return (
                figures.balance > 0
                and figures.days_since_payment is not None
                and figures.days_since_payment > rule.max_days
            )
        case 'terms':
            return figures.allowed_days is not None and figures.credit_days > figures.allowed_days
        case 'discount':
            return (
                figures.allowed_discount is not None
                and round(figures.discount - figures.allowed_discount, 4) > 0
            )
        case 'oldest_open_item':
            return figures.oldest_overdue_days > rule.max_days
        case 'overdue_ratio':
            return figures.balance > 0 and exceeds(
                figures.overdue_beyond, figures.balance * rule.max_pct / 100, rounding
            )
        case 'dunning_level':
            return figures.dunning_level > rule.max_level
        case 'payment_index':
            return figures.payment_index is not None and figures.payment_index < rule.min_index
    raise ValueError(f'unknown rule {rule.code!r}')


def evaluate(figures, rules, rounding=0.01):
    """Return the verdict of all rules, in the fixed order."""
    ranked = sorted(
        (rule for rule in rules if rule.outcome != 'none'), key=lambda rule: CODES.index(rule.code)
    )
    failures = tuple(Failure(rule.code, rule.outcome) for rule in ranked if fails(rule, figures, rounding))
    if _room(figures) is None:
        return Verdict(failures, None, None)
    tolerance = next((rule.tolerance_pct for rule in ranked if rule.code == 'credit_limit'), 0.0)
    return Verdict(failures, _room(figures), max(figures.document - _room(figures, tolerance), 0.0))
