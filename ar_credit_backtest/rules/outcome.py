"""What became of an order: paid in time, late, written off, or not known yet. Odoo-free."""

from datetime import date
from typing import NamedTuple

from .backtest import rounded


class Settlement(NamedTuple):
    """``kind`` is ``paid``, ``credited``, ``written_off`` or ``adjusted`` (an exchange difference)."""

    day: date
    amount: float
    kind: str = 'paid'


class Claim(NamedTuple):
    """An invoiced amount of the order with what settled it."""

    due: date
    amount: float
    settlements: tuple = ()


class Outcome(NamedTuple):
    """What became of an order by today.

    Attributes:
        state: ``not_invoiced``, ``on_time``, ``late``, ``open``, ``overdue``, ``credited``, ``written_off``.
        days_late: of the part that was, or is, latest.
        good: paid in time or at most ``good_days`` late.
        bad: paid later than that, open beyond it, or written off.
        late_days_amount: sum over the bad parts of amount x days late.
    """

    state: str
    days_late: int = 0
    good: float = 0.0
    bad: float = 0.0
    late_days_amount: float = 0.0


def outcome(claims, today, good_days, rounding=0.01):
    """Return what became of an order; what is neither paid nor late enough yet is neither good nor bad."""
    if not claims:
        return Outcome('not_invoiced')
    parts = [part for claim in claims for part in _parts(claim, today, rounding)]
    bad = [
        (kind, late, amount)
        for kind, late, amount in parts
        if kind == 'written_off' or (kind in ('paid', 'open') and late > good_days)
    ]
    return Outcome(
        _state(parts),
        max(
            (max(late, 0) for kind, late, _amount in parts if kind in ('paid', 'open', 'written_off')),
            default=0,
        ),
        rounded(
            sum(amount for kind, late, amount in parts if kind == 'paid' and late <= good_days), rounding
        ),
        rounded(sum(amount for _kind, _late, amount in bad), rounding),
        sum(amount * max(late, 0) for _kind, late, amount in bad),
    )


def _parts(claim, today, rounding):
    """Return (kind, days late, amount) of how a claim was settled, and of what is open."""
    for settlement in claim.settlements:
        yield settlement.kind, (settlement.day - claim.due).days, settlement.amount
    left = claim.amount - sum(settlement.amount for settlement in claim.settlements)
    if left >= rounding / 2:
        yield 'open', (today - claim.due).days, left


def _state(parts):
    kinds = {kind for kind, _late, _amount in parts}
    if 'written_off' in kinds:
        return 'written_off'
    if 'open' in kinds:
        return 'overdue' if any(late > 0 for kind, late, _amount in parts if kind == 'open') else 'open'
    if 'paid' not in kinds:
        return 'credited'
    return 'late' if any(late > 0 for kind, late, _amount in parts if kind == 'paid') else 'on_time'
