"""From open items, and what is known of them, to the draft of a letter. Odoo-free.

The same calculation makes the proposal and reviews it before a letter is sent. ``rules.dunning`` judges; this
module puts the facts into the form in which it takes them, and the outcome into the form in which a letter is
stored. ``round`` is everywhere the function that rounds to the currency of the letter.
"""

import datetime
from collections import defaultdict
from typing import NamedTuple

from .dunning import Item, Letter, propose

# Where nothing is overdue and nothing is excluded, there is nothing to report.
SILENT = 'nothing_overdue'
# Reasons to leave out an item of a customer that is late: worth a line although there is no letter.
EXCLUSIONS = ('blocked', 'disputed', 'promise')


class Row(NamedTuple):
    """An open item. ``amount`` is in its currency, ``residual`` in the company's.

    ``is_receipt``: a payment that is not matched yet.
    """

    line_id: int
    company_id: int
    partner_id: int
    currency_id: int
    date: datetime.date
    due_date: datetime.date
    residual: float
    amount: float
    no_followup: bool
    is_receipt: bool


class Dunned(NamedTuple):
    """How far an item has been dunned: its level, when it was last dunned, and how often at that level."""

    level: int = 0
    on: datetime.date | None = None
    times: int = 0


NEVER = Dunned()


class Facts(NamedTuple):
    """What is known of the items and accounts of some customers on the day of the run.

    Attributes:
        dunned: {item: Dunned}.
        disputed: {item: amount in company currency}.
        blocked: the items that are blocked one by one.
        excluded: {item: (why, last day)} of those that a promise, a payment plan or a case covers.
        escalated: the items that rise one level at once, because a commitment about them was broken.
        stopped: {credit account: (reason, last day)} of the customers that get no letter at all.
    """

    dunned: dict
    disputed: dict
    blocked: dict
    excluded: dict
    escalated: set
    stopped: dict


class Line(NamedTuple):
    """An item of a letter as it is stored; the names are columns of the table."""

    company_id: int
    move_line_id: int
    kind: str
    currency_id: int
    date: datetime.date
    date_maturity: datetime.date
    amount: float
    disputed_amount: float
    days_in_arrears: int
    old_level: int
    level: int
    repetition: int
    last_notice: datetime.date | None
    escalated: bool
    included: bool
    why: str | None
    why_until: datetime.date | None
    claimed: bool = False


class Draft(NamedTuple):
    """A letter before it is a record: its key, its plan, the outcome, and what each item was judged by."""

    credit_account_id: int
    company_id: int
    currency_id: int
    partner_id: int
    dunning_plan_id: int
    letter: Letter
    rows: tuple
    facts: Facts
    until: str | None = None
    escalates: bool = False

    @property
    def key(self):
        return (self.credit_account_id, self.company_id, self.currency_id)

    @property
    def is_silent(self):
        """Whether there is nothing to report: nothing is overdue, and nothing that is late is excluded."""
        return self.letter.reason == SILENT and not any(
            result.why in EXCLUSIONS and result.days_in_arrears > 0 for result in self.letter.items
        )

    def results(self):
        """Return {item: ItemResult}."""
        return {result.key: result for result in self.letter.items}

    def amounts(self, round):
        """Return {item: what may be demanded of it}: what is open, without what is disputed."""
        return {
            row.line_id: round(row.amount - disputed_in_currency(row, self.facts.disputed, round))
            for row in self.rows
        }

    def totals(self):
        """Return the figures of the letter."""
        letter = self.letter
        included = [result for result in letter.items if result.included]
        return {
            'level': letter.letter_level,
            'state': 'proposed' if letter.selected else 'withheld',
            'reason': letter.reason,
            'reason_until': self.until,
            'claim': letter.overdue_total - letter.credit_total if letter.selected else 0.0,
            'credit': letter.credit_total,
            'total': letter.overdue_total,
            'fee': letter.fee,
            'days_in_arrears': max(
                (result.days_in_arrears for result in included or letter.items), default=0
            ),
            'item_count': len(included),
        }

    def lines(self, round):
        """Yield the ``Line`` of every item: demanded, left out and why, and the credits that are netted."""
        results = self.results()
        for row in self.rows:
            result = results.get(row.line_id)
            if result or (row.amount < 0 and self.letter.credit_total):
                yield self._line(row, result, round)

    def _line(self, row, result, round):
        dunned = self.facts.dunned.get(row.line_id, NEVER)
        disputed = disputed_in_currency(row, self.facts.disputed, round)
        why = result and result.why
        until = None
        if why == 'promise' and row.line_id in self.facts.excluded:
            why, until = self.facts.excluded[row.line_id]
        included = bool(result and result.included)
        return Line(
            company_id=row.company_id,
            move_line_id=row.line_id,
            kind='debit' if row.amount > 0 else 'credit',
            currency_id=row.currency_id,
            date=row.date,
            date_maturity=row.due_date,
            amount=round(row.amount - disputed),
            disputed_amount=disputed,
            days_in_arrears=result.days_in_arrears if result else 0,
            old_level=dunned.level,
            level=result.new_level if result else 0,
            repetition=dunned.times if result and result.new_level == dunned.level else 0,
            last_notice=dunned.on,
            escalated=included and self.escalates and row.line_id in self.facts.escalated,
            included=included,
            why=why,
            why_until=until,
        )


def by_letter(rows, account_by_customer):
    """Return {key: rows}: what may be part of one letter, by (credit account, company, currency).

    :param account_by_customer: {(customer, company): credit account}.
    """
    groups = defaultdict(list)
    for row in rows:
        account = account_by_customer[row.partner_id, row.company_id]
        groups[account, row.company_id, row.currency_id].append(row)
    return groups


def judge(policy, rows, facts, day, round, *, escalates, waits_for_receipts, stopped=None, **known):
    """Return the ``Letter`` that an account gets on the day for the items of one company and currency.

    :param escalates: items of a broken commitment rise one level at once.
    :param waits_for_receipts: a receipt that is not matched withholds the letter.
    :param stopped: the reason for which the customer gets no letter at all.
    :param known: ``last_dunned`` and ``documents_until`` of ``propose``.
    """
    items = [_item(row, facts, round, escalates) for row in rows]
    letter = propose(policy, items, day, blocked=bool(stopped), **known)
    if stopped:
        return letter._replace(reason=stopped)
    if letter.selected and waits_for_receipts and any(row.is_receipt for row in rows):
        return letter._replace(selected=False, reason='unmatched_receipt')
    return letter


def _item(row, facts, round, escalates):
    """Return the row as ``rules.dunning`` takes it: with what is not disputed of it."""
    dunned = facts.dunned.get(row.line_id, NEVER)
    disputed = disputed_in_currency(row, facts.disputed, round)
    undisputed = round(row.amount - disputed)
    _why, until = facts.excluded.get(row.line_id, (None, None))
    return Item(
        row.line_id,
        row.date,
        row.due_date,
        undisputed or row.amount,
        dunned.level,
        dunned.on,
        blocked=(row.no_followup and row.amount > 0) or row.line_id in facts.blocked,
        disputed=bool(disputed) and not undisputed,
        promise_date=until,
        escalate=escalates and row.line_id in facts.escalated,
    )


def disputed_in_currency(row, disputed, round):
    """Return what is disputed of the item in its own currency, which ``disputed`` holds in the company's."""
    amount = disputed.get(row.line_id)
    return round(row.amount * amount / row.residual) if amount else 0.0
