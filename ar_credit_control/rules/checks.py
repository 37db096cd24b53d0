"""The hold rules: which of them a customer and an order fail. Odoo-free.

Every rule is evaluated, always in the order of ``CODES``, so that the same facts give the same list of reasons.
Amounts are in company currency. A value equal to a limit passes.
"""
from datetime import date
from typing import NamedTuple

CODES = (
    'on_hold', 'limit_expired', 'file_expired', 'credit_limit', 'limit_share', 'oldest_open_item', 'overdue_ratio',
    'dunning_level', 'payment_index',
)


class Rule(NamedTuple):
    """One rule with its thresholds; which of them count depends on the code.

    Attributes:
        outcome: ``none`` (not evaluated), ``warn`` or ``hold``.
        tolerance_pct: ``credit_limit``: the limit may be passed by this share.
        max_days: ``oldest_open_item``: days overdue that still pass; ``overdue_ratio``: only items overdue longer count.
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


class Figures(NamedTuple):
    """The facts at the check date.

    Attributes:
        limit: the effective limit; None = none set or unlimited: only what needs a limit is skipped.
        oldest_overdue_days: of the items that the rule looks at; 0 = nothing overdue.
        balance, overdue_beyond: open items, and those of them overdue longer than the ratio's days.
        payment_index: 0 to 100; None = unrated, which passes.
    """

    check_date: date
    net_exposure: float = 0.0
    document: float = 0.0
    limit: float | None = None
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
        case 'credit_limit':
            return figures.limit is not None and exceeds(
                total, figures.limit * (1 + rule.tolerance_pct / 100), rounding)
        case 'limit_share':
            return bool(figures.limit) and exceeds(total, figures.limit * rule.max_pct / 100, rounding)
        case 'oldest_open_item':
            return figures.oldest_overdue_days > rule.max_days
        case 'overdue_ratio':
            return figures.balance > 0 and exceeds(
                figures.overdue_beyond, figures.balance * rule.max_pct / 100, rounding)
        case 'dunning_level':
            return figures.dunning_level > rule.max_level
        case 'payment_index':
            return figures.payment_index is not None and figures.payment_index < rule.min_index
    raise ValueError(f'unknown rule {rule.code!r}')


def evaluate(figures, rules, rounding=0.01):
    """Return the verdict of all rules, in the fixed order."""
    ranked = sorted((rule for rule in rules if rule.outcome != 'none'), key=lambda rule: CODES.index(rule.code))
    failures = tuple(Failure(rule.code, rule.outcome) for rule in ranked if fails(rule, figures, rounding))
    if figures.limit is None:
        return Verdict(failures, None, None)
    tolerance = next((rule.tolerance_pct for rule in ranked if rule.code == 'credit_limit'), 0.0)
    over = figures.net_exposure + figures.document - figures.limit * (1 + tolerance / 100)
    return Verdict(failures, figures.limit - figures.net_exposure, max(over, 0.0))
