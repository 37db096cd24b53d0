"""From the rows of the past to the customers to replay, and to what settled their invoices. Odoo-free."""

from datetime import date
from typing import NamedTuple

from .backtest import Customer, Item, Order
from .outcome import Claim, Settlement


class OrderRow(NamedTuple):
    """A confirmed order, as ``engine.past.orders`` reads it.

    Attributes:
        total, ordered: the order's total; what of it can be invoiced.
        discount: the largest of its lines, in percent.
        done: all of it is invoiced.
    """

    key: int
    name: str
    customer: int
    user: int | None
    day: date
    delivery: date | None
    total: float
    ordered: float
    discount: float
    term: int | None
    done: bool


class BillRow(NamedTuple):
    """What a posted document invoices of an order: ``engine.past.invoiced``."""

    order: int
    entry: int
    day: date
    amount: float
    share: float | None


class ItemRow(NamedTuple):
    """A receivable, a credit or a bill in the ledger: ``engine.past.items``."""

    key: int
    entry: int
    customer: int
    day: date
    due: date
    amount: float
    in_currency: float
    is_bill: bool
    is_invoice: bool


class PaymentTerm(NamedTuple):
    """``days`` until the last instalment; ``advance`` = paid before delivery."""

    days: int
    advance: bool


class Past(NamedTuple):
    """Everything read about the customers.

    Attributes:
        orders: ``OrderRow``, in the sequence of confirmation.
        bills: ``BillRow``.
        items: ``ItemRow``.
        matches: (item, effective day, amount taken off, kind).
        disputes: (entry, first day, day from which it is settled or None, amount in the entry's currency).
        payments: (customer, day).
        terms: {key of the terms: ``PaymentTerm``}.
    """

    orders: list
    bills: list
    items: list
    matches: list
    disputes: list
    payments: list
    terms: dict


def grouped(rows):
    """Return {first value: [the rest of each row, bare where it is one value]}."""
    groups = {}
    for key, *rest in rows:
        groups.setdefault(key, []).append(rest[0] if len(rest) == 1 else tuple(rest))
    return groups


def customers(past, first, securities, holds, rounding):
    """Return {customer: ``Customer``} of the customers that ``past`` was read of.

    :param first: the first day on which orders are judged.
    :param securities, holds: {customer: what ``Customer`` takes}; one entry for each customer to return.
    """
    items, ordered, payments = _items(past), _orders(past, first, rounding), grouped(past.payments)
    return {
        key: Customer(
            key,
            tuple(items.get(key, ())),
            tuple(ordered.get(key, ())),
            tuple(securities[key]),
            tuple(holds[key]),
            tuple(payments.get(key, ())),
        )
        for key in securities
    }


def _orders(past, first, rounding):
    """Return {customer: orders}; an order with nothing to pay, or paid in advance, is not judged."""
    invoices, result = grouped((bill.order, bill.day, bill.amount) for bill in past.bills), {}
    for sequence, row in enumerate(past.orders):
        documents, term = tuple(invoices.get(row.key, ())), past.terms.get(row.term, PaymentTerm(0, False))
        result.setdefault(row.customer, []).append(
            Order(
                row.key,
                row.day,
                row.ordered,
                sequence,
                documents,
                closed=max((day for day, _amount in documents), default=row.day) if row.done else None,
                delivery=row.delivery,
                counts=not term.advance,
                judged=row.day >= first and row.total >= rounding / 2 and not term.advance,
                facts={
                    'order_value': row.total,
                    'discount': row.discount,
                    'credit_days': -1 if term.advance else term.days,
                },
            )
        )
    return result


def _items(past):
    """Return {customer: items}."""
    matches, disputes, shares = grouped(past.matches), grouped(past.disputes), _shares(past)
    result = {}
    for row in past.items:
        rate = row.amount / row.in_currency if row.in_currency else 1.0
        result.setdefault(row.customer, []).append(
            Item(
                row.day,
                row.due,
                row.amount,
                tuple((day, part) for day, part, _kind in matches.get(row.key, ())),
                tuple(shares.get(row.entry, ())),
                tuple((start, end, part * rate) for start, end, part in disputes.get(row.entry, ())),
                row.is_bill,
            )
        )
    return result


def claims(past):
    """Return {order: ``Claim`` of each invoiced item that is its, by share}."""
    matches, shares, result = grouped(past.matches), _shares(past), {}
    for row in past.items:
        for order, share in shares.get(row.entry, ()) if row.is_invoice and row.amount > 0 else ():
            settled = tuple(
                Settlement(day, part * share, kind) for day, part, kind in matches.get(row.key, ())
            )
            result.setdefault(order, []).append(Claim(row.due, row.amount * share, settled))
    return result


def _shares(past):
    """Return {entry: [(order, share of the entry that invoices it)]}."""
    return grouped((bill.entry, bill.order, min(max(bill.share or 0.0, 0.0), 1.0)) for bill in past.bills)
