"""What became of promises to pay and payment plans, from the receipts on the items they cover. Odoo-free.

Rules
-----
1. A receipt counts for a commitment when it is on an item the commitment covers, was matched after the
   commitment was noted, and takes effect on or after its first day and not after today.
2. Receipts fill the promised rows in the order of their dates, the oldest receipt first. A row is met when
   its amount has come by its deadline: the promised date and the days of grace, inclusive. It is missed the
   day after.
3. A promise ends with its first missed row: what comes later counts for nothing. A payment plan that is not
   revoked goes on: what comes late fills the missed row first.
4. What is credited is no longer owed: the last rows shrink until no more is promised than is left of the
   items.
5. A receipt counts once: what an earlier commitment took is gone for the later ones.
"""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from odoo.addons.ar_base.rules.money import ZERO


class Row(NamedTuple):
    """An amount that is to come by a date."""

    date: date
    amount: Decimal


class Receipt(NamedTuple):
    """What was matched with an item.

    Attributes:
        key: number of the match; grows with time.
        item: the item it was matched with.
        date: the day it takes effect.
        amount: in the item's currency.
        credit: it is a credit note: the item is worth less, nothing has been paid.
    """

    key: int
    item: object
    date: date
    amount: Decimal
    credit: bool = False


class Commitment(NamedTuple):
    """A promise or a payment plan.

    Attributes:
        key: what identifies it to the caller.
        since: its first day.
        items: {item: number of the last match that was known when it was noted}.
        open: what was open of the items then.
        rows: the promised rows.
        grace: days of grace.
        strict: it ends with the first missed row.
        until: receipts after this day do not count; None = no end.
    """

    key: object
    since: date
    items: dict
    open: Decimal
    rows: tuple
    grace: int = 0
    strict: bool = True
    until: date | None = None


class Outcome(NamedTuple):
    """The outcome of a commitment.

    Attributes:
        received: the amount received for each row, in the order of the dates.
        due: what is still promised of each row after what was credited.
        met: every row was met, or is at least paid by now.
        met_on: the day the last receipt it needed took effect; None = none was needed, or it is not met.
        next_date: the deadline of the first row that is not paid; None = all are.
        missed_on: the first deadline that passed unpaid; None = none.
    """

    received: tuple
    due: tuple
    met: bool
    met_on: date | None
    next_date: date | None
    missed_on: date | None

    @property
    def total(self):
        return sum(self.received, ZERO)


def settle(commitments, receipts, today):
    """Return {key: Outcome} as of the end of today; a receipt counts once, the earliest commitment first."""
    left = defaultdict(Decimal)
    for receipt in receipts:
        left[receipt.key, receipt.item] += receipt.amount
    ordered = sorted(receipts, key=lambda receipt: (receipt.date, receipt.key))
    outcomes = {}
    for commitment in sorted(
        commitments, key=lambda commitment: commitment.since
    ):  # stable: of one day, the caller's order
        mine = [receipt for receipt in ordered if _counts(receipt, commitment, today)]
        outcomes[commitment.key] = _settle(commitment, mine, left, today)
    return outcomes


def promise_state(outcome):
    """Return ``open``, ``kept``, ``partly``, ``broken``, or ``cancelled``: credits left nothing to pay."""
    if outcome.met:
        return 'kept' if outcome.total else 'cancelled'
    if outcome.missed_on is None:
        return 'open'
    return 'partly' if outcome.total else 'broken'


def _counts(receipt, commitment, today):
    known = commitment.items.get(receipt.item)
    last = min(today, commitment.until or today)
    return known is not None and receipt.key > known and commitment.since <= receipt.date <= last


def _due(commitment, receipts, upto):
    """Return the rows in the order of their dates, shrunk by what was credited by then (rule 4)."""
    rows = sorted(commitment.rows)
    credited = sum((receipt.amount for receipt in receipts if receipt.credit and receipt.date <= upto), ZERO)
    excess = (
        sum((row.amount for row in rows), ZERO) - max(commitment.open - credited, ZERO) if credited else ZERO
    )
    due = []
    for row in reversed(rows):
        cut = max(min(excess, row.amount), ZERO)
        excess -= cut
        due.append(row.amount - cut)
    return due[::-1]


def _settle(commitment, receipts, left, today):
    cash = [receipt for receipt in receipts if not receipt.credit]
    dues, received, next_date, missed_on, last = [], [], None, None, None
    for number, row in enumerate(sorted(commitment.rows)):
        deadline = row.date + timedelta(days=commitment.grace)
        limit = deadline if commitment.strict else date.max
        due = _due(commitment, receipts, limit)[number]
        ended = commitment.strict and missed_on is not None
        took, on = (ZERO, None) if ended else _take(due, cash, left, limit)
        dues.append(due)
        received.append(took)
        last = max(filter(None, (last, on)), default=None)
        late = today > deadline if took < due else on is not None and on > deadline
        next_date = next_date or (deadline if took < due else None)
        missed_on = missed_on or (deadline if late else None)
    met = next_date is None
    return Outcome(tuple(received), tuple(dues), met, last if met else None, next_date, missed_on)


def _take(amount, receipts, left, limit):
    """Take up to ``amount`` of the receipts that took effect by ``limit``; return it and the last day."""
    taken, on = ZERO, None
    for receipt in receipts:
        if taken >= amount or receipt.date > limit:
            break
        part = min(left[receipt.key, receipt.item], amount - taken)
        if part > 0:
            left[receipt.key, receipt.item] -= part
            taken, on = taken + part, receipt.date
    return taken, on
