"""Who is dunned for what, and at which level: a pure function of a policy, an account and its items.

The rules, in the order in which they are applied (terms: days in arrears = run date - due date):

1. A blocked account, or one that was dunned less than ``interval_days`` ago, gets no letter.
2. Documents after the cut-off are not looked at. Negative amounts are credits. A debit item stays out where
   it is blocked, disputed, covered by a promise that still runs (promise date >= run date), or not overdue
   (days <= grace). An overdue item counts with its full days. A negative grace lets items through before
   they are due: a reminder, with no days in arrears.
3. The candidate is the highest level whose ``min_days`` is reached. No level is skipped unless the policy
   allows it. A rise needs ``min_interval`` days since the item's last notice; without a rise an item is
   included only at a level that is always repeated. An item whose promise was broken rises one level at
   once, whatever its days.
4. Nothing overdue, an oldest item in arrears below ``min_days_account``, or credits that exceed what is
   overdue: no letter. Items that are not due yet have no arrears that could be too few.
5. Items of a level whose sum is below its minimum fall one level where that is still a rise (or a repeated
   level), from the top down; else they stay out.
6. One letter at the highest level of its items; its total is theirs, and the credits' where these are netted.

Amounts are in one currency, of any numeric type. Days are whole.
"""

import datetime
from typing import NamedTuple

# Sums of binary floats carry noise far below any currency's smallest unit.
DIGITS = 6


class Level(NamedTuple):
    """A stage of a plan. ``min_amount``: the least sum of this level's items, in the items' currency."""

    level: int
    min_days: int
    min_interval: int = 0
    min_amount: float = 0
    fee: float = 0
    legal: bool = False
    always_repeat: bool = False


class Policy(NamedTuple):
    """A plan. Levels in any order.

    ``credits``: ``net`` takes unallocated credits off the claim, ``ignore`` does not.
    """

    levels: tuple
    interval_days: int = 0
    grace_days: int = 0
    min_days_account: int = 0
    credits: str = 'net'
    allow_skip: bool = False


class Item(NamedTuple):
    """An open item: ``amount`` > 0 is owed, < 0 is a credit.

    ``promise_date``: the last day on which a promise, or the like, excludes it.
    ``escalate``: its promise was broken since its last notice.
    """

    key: object
    date: datetime.date
    due_date: datetime.date
    amount: float
    level: int = 0
    last_notice: datetime.date | None = None
    blocked: bool = False
    disputed: bool = False
    promise_date: datetime.date | None = None
    escalate: bool = False


class ItemResult(NamedTuple):
    """The outcome for an item.

    ``why`` names the exclusion; None where the item is included, or where the account as a whole is not
    dunned.
    """

    key: object
    days_in_arrears: int
    new_level: int
    included: bool
    why: str | None = None


class Letter(NamedTuple):
    """The outcome for an account: ``reason`` says why there is no letter."""

    selected: bool
    reason: str | None
    items: tuple
    letter_level: int = 0
    overdue_total: float = 0
    credit_total: float = 0
    fee: float = 0
    legal: bool = False


def propose(policy, items, run_date, blocked=False, last_dunned=None, documents_until=None):
    """Return the letter that the account is to get on ``run_date``."""
    ladder = _Ladder(policy)
    items = [item for item in items if not documents_until or item.date <= documents_until]
    debits = [item for item in items if item.amount > 0]
    judged = [_judge(ladder, item, run_date) for item in debits]
    credits = _sum(item.amount for item in items if item.amount < 0)
    reason = _account_reason(policy, debits, judged, credits, run_date, blocked, last_dunned)
    if reason:
        return Letter(False, reason, _as_before(debits, judged))
    judged = _apply_minimums(ladder, debits, judged, run_date)
    included = [item for item, result in zip(debits, judged) if result.included]
    if not included:
        return Letter(False, 'nothing_to_dun', tuple(judged))
    top = ladder.by_level[max(result.new_level for result in judged if result.included)]
    netted = credits if policy.credits == 'net' else 0
    total = _sum([*(item.amount for item in included), netted])
    return Letter(True, None, tuple(judged), top.level, total, netted, top.fee, top.legal)


class _Ladder:
    """The levels of a policy in their order."""

    def __init__(self, policy):
        self.policy = policy
        self.levels = sorted(policy.levels)
        self.by_level = {level.level: level for level in self.levels}

    def reached(self, days):
        return max((level.level for level in self.levels if level.min_days <= days), default=0)

    def above(self, number):
        return next((level.level for level in self.levels if level.level > number), number)

    def below(self, number):
        return next((level.level for level in reversed(self.levels) if level.level < number), 0)

    def repeats(self, number):
        return number in self.by_level and self.by_level[number].always_repeat

    def interval_reached(self, item, number, run_date):
        return (
            item.last_notice is None
            or (run_date - item.last_notice).days >= self.by_level[number].min_interval
        )


def _judge(ladder, item, run_date):
    """Rules 2 and 3 for a debit item."""
    late = (run_date - item.due_date).days
    overdue = late > ladder.policy.grace_days
    days = max(late, 0) if overdue else 0
    stays = _stays_out(item, run_date, overdue)
    if stays:
        return ItemResult(item.key, days, item.level, False, stays)
    candidate = ladder.reached(late)
    if item.escalate:
        candidate = max(candidate, ladder.above(item.level))
    if not candidate:
        return ItemResult(item.key, days, item.level, False, 'below_first_level')
    target = candidate if ladder.policy.allow_skip else min(candidate, ladder.above(item.level))
    if target > item.level:
        if not item.escalate and not ladder.interval_reached(item, target, run_date):
            return ItemResult(item.key, days, item.level, False, 'level_interval')
        return ItemResult(item.key, days, target, True)
    if not ladder.repeats(item.level):
        return ItemResult(item.key, days, item.level, False, 'no_change')
    if not ladder.interval_reached(item, item.level, run_date):
        return ItemResult(item.key, days, item.level, False, 'level_interval')
    return ItemResult(item.key, days, item.level, True)


def _stays_out(item, run_date, overdue):
    if item.blocked:
        return 'blocked'
    if item.disputed:
        return 'disputed'
    if item.promise_date and item.promise_date >= run_date:
        return 'promise'
    return None if overdue else 'not_overdue'


def _account_reason(policy, debits, judged, credits, run_date, blocked, last_dunned):
    """Rules 1 and 4: why the account as a whole gets no letter, or None."""
    if blocked:
        return 'account_blocked'
    if last_dunned and (run_date - last_dunned).days < policy.interval_days:
        return 'interval'
    overdue = [
        (item, result)
        for item, result in zip(debits, judged)
        if result.why not in ('blocked', 'disputed', 'promise', 'not_overdue')
    ]
    if not overdue:
        return 'nothing_overdue'
    oldest = max(result.days_in_arrears for _item, result in overdue)
    if 0 < oldest < policy.min_days_account:
        return 'min_days_account'
    if policy.credits == 'net' and _sum([credits, *(item.amount for item, _result in overdue)]) <= 0:
        return 'net_credit'
    return None


def _as_before(debits, judged):
    """The items of an account that is not dunned keep their level."""
    return tuple(
        result._replace(new_level=item.level, included=False) for item, result in zip(debits, judged)
    )


def _apply_minimums(ladder, debits, judged, run_date):
    """Rule 5, from the top level down."""
    results = list(judged)
    for level in reversed(ladder.levels):
        at_level = [
            i for i, result in enumerate(results) if result.included and result.new_level == level.level
        ]
        if not at_level or _sum(debits[i].amount for i in at_level) >= level.min_amount:
            continue
        lower = ladder.below(level.level)
        for i in at_level:
            item = debits[i]
            repeated = (
                lower
                and lower == item.level
                and ladder.repeats(lower)
                and ladder.interval_reached(item, lower, run_date)
            )
            if lower > item.level or repeated:
                results[i] = results[i]._replace(new_level=lower)
            else:
                results[i] = results[i]._replace(new_level=item.level, included=False, why='min_amount')
    return results


def _sum(amounts):
    total = sum(amounts)
    return round(total, DIGITS) if isinstance(total, float) else total
