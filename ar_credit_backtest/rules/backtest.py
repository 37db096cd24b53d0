"""Replay of the past: which orders a policy would have held on their day. Odoo-free.

What a day's ledger is
----------------------
1. An item is open on day D with its amount less the matches effective on or before D
   (``ar_base.engine.open_items``, rule 2).
2. An order confirmed before counts with what is ordered and not invoiced by D; deliveries are part of that.
3. An order is judged without its own invoices: on its day they did not exist yet, whatever their date says.
4. What was a draft invoice, a quotation's earlier amount or a cancelled order cannot be known any more and is
   left out.

What really happened stays the ledger of both policies, also behind an order that the policy would have held.
With ``follow`` such an order, and its invoices, leave the exposure of the policy that holds it.

Amounts are in company currency, tax included.
"""

from datetime import date
from typing import NamedTuple

from odoo.addons.ar_base.rules.money import exact, exceeds
from odoo.addons.ar_credit_control.rules import exposure, hold

COVER_DAYS = 30  # days of a month, where monthly sales become a limit
MONTHS = 12


class Item(NamedTuple):
    """A receivable, a credit or a bill in the ledger.

    Attributes:
        day, due: first day in the ledger, maturity.
        amount: as booked; a credit is negative.
        matches: (effective day, amount taken off; negative on a credit).
        shares: (order id, share of the item that invoices this order).
        disputes: (first day, day from which it is settled or None, amount).
    """

    day: date
    due: date
    amount: float
    matches: tuple = ()
    shares: tuple = ()
    disputes: tuple = ()
    is_bill: bool = False


class Order(NamedTuple):
    """A confirmed order.

    Attributes:
        sequence: orders are confirmed in this sequence.
        invoices: (day, amount invoiced); a credit note is negative.
        closed: from this day on nothing is left to invoice; None = still open.
        judged: False = it only adds to the exposure: before the period, nothing to pay, or paid in advance.
        counts: False = what is not invoiced adds nothing: it is paid in advance.
        facts: further fields of ``hold.Figures``.
    """

    key: int
    day: date
    ordered: float
    sequence: int = 0
    invoices: tuple = ()
    closed: date | None = None
    delivery: date | None = None
    judged: bool = True
    counts: bool = True
    facts: dict = {}


class Security(NamedTuple):
    kind: str
    amount: float
    cover: float
    first: date | None = None
    last: date | None = None


class Customer(NamedTuple):
    """What is known of one customer.

    Attributes:
        holds: (first day, day from which it is lifted or None).
        payments: days on which the customer paid.
    """

    key: int
    items: tuple = ()
    orders: tuple = ()
    securities: tuple = ()
    holds: tuple = ()
    payments: tuple = ()


class Terms(NamedTuple):
    """What a policy says about one customer.

    Attributes:
        rules: ``hold.Rule`` in force for the customer.
        limit: function of the day; None = no limit.
        min_amount: overdue items count for the oldest item only if together they reach this.
        facts: further fields of ``hold.Figures``, the same on every day.
    """

    rules: tuple
    limit: object = None
    min_amount: float = 0.0
    facts: dict = {}

    def asks(self, fact):
        return any(rule.outcome != 'none' and fact in rule.kind.facts for rule in self.rules)

    def days_of(self, code):
        return next((rule.max_days for rule in self.rules if rule.code == code), 0)


class Settings(NamedTuple):
    deduct_credits: bool = True
    horizon_days: int | None = None
    rounding: float = 0.01
    follow: bool = False


class Judgement(NamedTuple):
    figures: hold.Figures
    verdict: hold.Verdict


class _Ledger:
    """One customer's books as they move forward through the days."""

    def __init__(self, customer, settings):
        self.customer, self.settings = customer, settings
        self.open_items, self.invoiced, self.live_orders = {}, {}, {}
        self.by_order, self._known, self.confirmed = {}, {}, set()
        for index, item in enumerate(customer.items):
            for order, _share in item.shares:
                self.by_order.setdefault(order, []).append(index)
        self._events = sorted(
            [
                *((item.day, 0, index, item.amount) for index, item in enumerate(customer.items)),
                *(
                    (day, 1, index, -amount)
                    for index, item in enumerate(customer.items)
                    for day, amount in item.matches
                ),
                *((day, 2, order.key, amount) for order in customer.orders for day, amount in order.invoices),
            ],
            reverse=True,
        )
        self._orders = {order.key: order for order in customer.orders}

    def advance(self, day):
        """Let everything happen that happened up to the end of ``day``."""
        self._known = {name: value for name, value in self._known.items() if name[1] == day}
        while self._events and self._events[-1][0] <= day:
            _day, kind, key, amount = self._events.pop()
            book = self.invoiced if kind == 2 else self.open_items
            book[key] = book.get(key, 0.0) + amount
            if kind == 1 and abs(book[key]) < self.settings.rounding / 2:
                del book[key]

    def confirm(self, order):
        self.live_orders[order.key] = order
        self.confirmed.add(order.key)

    def not_invoiced(self, day, without):
        """Return what is ordered and on no invoice yet."""
        total = 0.0
        for key, order in list(self.live_orders.items()):
            if order.closed and order.closed <= day:
                del self.live_orders[key]
            elif (
                order.counts
                and key not in without
                and within_horizon(order.delivery, day, self.settings.horizon_days)
            ):
                total += max(order.ordered - self.invoiced.get(key, 0.0), 0.0)
        return total

    def recall(self, name, day, without, find):
        """Return ``find(items)``: (item, open amount) less the shares of the orders in ``without``.

        Kept for the day: most orders of a day find the same items.
        """
        apart = frozenset(
            key for key in without if any(index in self.open_items for index in self.by_order.get(key, ()))
        )
        known = name, day, apart
        if known not in self._known:
            self._known[known] = find(list(self._items(apart)))
        return self._known[known]

    def _items(self, without):
        apart = {index for key in without for index in self.by_order[key]}
        for index, amount in self.open_items.items():
            item = self.customer.items[index]
            if index in apart:
                amount *= 1 - sum(share for key, share in item.shares if key in without)
            if abs(amount) >= self.settings.rounding / 2:
                yield item, amount

    def _owed(self, items):
        return sum(
            amount for item, amount in items if amount > 0 or item.is_bill or self.settings.deduct_credits
        )

    def unpaid_orders(self, day, without):
        """Return (order, days since its oldest invoice that is open) of the orders confirmed before."""
        return [
            (str(key), max((day - item.day).days for item in unpaid))
            for key, indexes in self.by_order.items()
            if key not in without
            and key in self.confirmed
            and (
                unpaid := [
                    self.customer.items[index] for index in indexes if self.open_items.get(index, 0) > 0
                ]
            )
        ]

    def net_exposure(self, day, without):
        """Return the exposure after security, rounded once."""
        gross = self.not_invoiced(day, without) + self.recall('owed', day, without, self._owed)
        gross = rounded(gross, self.settings.rounding)
        secured = sum(
            exposure.secured(security.kind, security.amount, security.cover, gross)
            for security in self.customer.securities
            if (not security.first or security.first <= day) and (not security.last or day <= security.last)
        )
        return exposure.net(gross, min(rounded(secured, self.settings.rounding), max(gross, 0.0)))


def replay(members, terms, settings):
    """Return {order key: ``Judgement``}: what the policy says to each order of customers that share a limit.

    :param members: ``Customer``; one, or all of a credit group.
    :param terms: {customer key: ``Terms``}.
    """
    ledgers = {member.key: _Ledger(member, settings) for member in members}
    steps = sorted(
        ((order.day, order.sequence, member.key, order) for member in members for order in member.orders),
        key=lambda step: step[:3],
    )
    judged, gone = {}, set()
    for day, _sequence, key, order in steps:
        for ledger in ledgers.values():
            ledger.advance(day)
        if order.judged and key in terms:
            judged[order.key] = judgement = _judge(
                ledgers, key, order, terms[key], frozenset(gone | {order.key})
            )
            if settings.follow and judgement.verdict.held:
                gone.add(order.key)
        ledgers[key].confirm(order)
    return judged


def _judge(ledgers, key, order, terms, without):
    figures = _figures(ledgers, key, order, terms, without)
    return Judgement(figures, hold.evaluate(figures, terms.rules))


def _figures(ledgers, key, order, terms, without):
    """Return the facts of the order's day, as the credit check would have had them: ``hold.Figures``."""
    day, ledger = order.day, ledgers[key]
    own = ledger.net_exposure(day, without)
    facts = {
        'check_date': day,
        'unit': exact(ledger.settings.rounding),
        'added': order.ordered,
        'net_exposure': own,
        'limit': terms.limit(day) if terms.limit else None,
        'holds': sum(first <= day and (last is None or day < last) for first, last in ledger.customer.holds),
        'group_exposure': own
        + sum(other.net_exposure(day, without) for name, other in ledgers.items() if name != key),
        'days_since_payment': _days_since(ledger.customer.payments, day),
        **ledger.recall(
            'overdue', day, without, lambda items: _overdue(items, day, terms, ledger.settings.rounding)
        ),
        **terms.facts,
        **order.facts,
    }
    if terms.asks('unpaid_orders'):
        unpaid = ledger.unpaid_orders(day, without)
        facts['more'] = {**facts.get('more', {}), 'unpaid_orders': unpaid}
    # What this version's rules do not ask for is left out.
    return hold.Figures(**{name: value for name, value in facts.items() if name in hold.Figures._fields})


def _overdue(items, day, terms, rounding):
    """Return balance and overdue facts; a wholly disputed item is not overdue."""
    of_oldest, of_ratio = terms.days_of('oldest_open_item'), terms.days_of('overdue_ratio')
    owed = [(item, amount) for item, amount in items if amount > 0 and not item.is_bill]
    late = [
        ((day - item.due).days, amount)
        for item, amount in owed
        if item.due < day and not _disputed(item, amount, day)
    ]
    beyond = sum(amount for days, amount in late if days > of_oldest)
    counts = beyond > 0 and not exceeds(terms.min_amount, beyond, rounding)
    return {
        'balance': rounded(sum(amount for _item, amount in owed), rounding),
        'oldest_overdue_days': max((days for days, _amount in late), default=0) if counts else 0,
        'overdue_beyond': rounded(sum(amount for days, amount in late if days > of_ratio), rounding),
    }


def _disputed(item, amount, day):
    return (
        bool(item.disputes)
        and sum(part for first, last, part in item.disputes if first <= day and (last is None or day < last))
        >= amount
    )


def _days_since(days, day):
    last = max((paid for paid in days if paid <= day), default=None)
    return (day - last).days if last else None


def within_horizon(delivery, day, horizon_days):
    """Tell whether an order's open part counts: delivery up to the horizon, or no date, or no horizon."""
    return horizon_days is None or delivery is None or (delivery - day).days <= horizon_days


def rounded(amount, rounding):
    """Return the amount as a multiple of the currency's rounding."""
    return round(amount / rounding) * rounding


# === Limits ===


def average_sales(sales, day):
    """Return the monthly average of the twelve full months before ``day``, counted from the first sale on.

    :param sales: {(year, month): amount}.
    """
    known = [value for value in (_months(month) for month in sales) if value < _months((day.year, day.month))]
    if not known:
        return 0.0
    here = _months((day.year, day.month))
    count = min(here - min(known), MONTHS)
    return sum(amount for month, amount in sales.items() if here - count <= _months(month) < here) / count


def _months(month):
    return month[0] * 12 + month[1]


def sales_limit(sales, day, factor, terms_days, cushion_days, rounding=0.01):
    """Return the limit that covers the sales of terms and cushion, times ``factor``; never negative."""
    return max(
        rounded(average_sales(sales, day) * (terms_days + cushion_days) / COVER_DAYS * factor, rounding), 0.0
    )
