"""The columns of a period, their equation, the fingerprint of its figures, and what of them changed.

Amounts are in company currency. ``TABLE`` is the one list of the columns: the query (``engine/period.py``),
the fields (``models/ar_period_figures_mixin.py``) and the equation are read from it.
"""

import hashlib
import json
from collections.abc import Callable
from decimal import Decimal
from typing import NamedTuple

from odoo.addons.ar_base.rules.money import rounded


class Column(NamedTuple):
    """A column of a period.

    Attributes:
        name: of the field, and of the kind of amount in the query. label, help: of the field.
        sign: in the equation: opening + invoiced - credited - ... = closing; 0 for what does not enter it.
    """

    name: str
    label: str
    sign: int = 0
    help: str | None = None


TABLE = (
    Column('opening', "Opening", 1),
    Column('invoiced', "Invoiced", 1),
    Column('credited', "Credited", -1),
    Column('collected', "Collected", -1),
    Column('written_off', "Written Off", -1),
    Column('exchange', "Exchange Difference", 1),
    Column('other', "Other", 1, "Clearing and other entries on the receivable account."),
    Column('closing', "Closing"),
    Column('sales_untaxed', "Sales without Tax", help="Of the invoices of the period."),
    Column('sales_total', "Sales with Tax", help="Of the invoices of the period."),
    Column(
        'credit_total',
        "Credit Notes of the Period",
        help="With tax, by the salesperson of the credit note; *credited* is by that of the invoice it is "
        "matched with.",
    ),
)
COLUMNS = tuple(column.name for column in TABLE)
EQUATION = {column.name: column.sign for column in TABLE if column.sign}
FIGURES = (*EQUATION, 'closing')


class Row(NamedTuple):
    """What the receivables of a customer, salesperson and team did in a period (ids or None)."""

    partner_id: int | None
    salesperson_id: int | None
    team_id: int | None
    amounts: dict  # {column: amount}


class Figures(NamedTuple):
    """What a part of a period is made of.

    Attributes: rows: {customer id: {column: amount}}; None = no customer. ties: call it for what the whole
    company's receivables are at both ends, by the open items and by the ledger.
    """

    rows: dict
    ties: Callable


def shown(value, digits=2):
    """Return the amount as a decimal of ``digits``; nothing is zero."""
    return rounded(value or 0, Decimal(1).scaleb(-digits))


def gap(row, digits=2):
    """Return what the equation lacks: 0 wherever the figures are complete."""
    return shown(row['closing'], digits) - sum(
        sign * shown(row[name], digits) for name, sign in EQUATION.items()
    )


def is_empty(row):
    """Return whether the row says nothing."""
    return not any(row[name] for name in COLUMNS)


def fingerprint(header, rows, digits=2):
    """Return the SHA-256 of the figures: the same figures give the same text, whatever their order.

    :param header: what the figures are of, a list of JSON values. :param rows: {customer id: {column:
        amount}}.
    """
    body = [[key or 0, *(str(shown(row[name], digits)) for name in COLUMNS)] for key, row in rows.items()]
    text = json.dumps([header, sorted(body)], separators=(',', ':'))
    return hashlib.sha256(text.encode()).hexdigest()


def changes(before, after, digits=2):
    """Return {customer id: {column: (before, after)}} of what differs.

    A customer who is missing has zeros.
    """
    result = {}
    for key in {*before, *after}:
        old, new = before.get(key, {}), after.get(key, {})
        differing = {
            name: (shown(old.get(name), digits), shown(new.get(name), digits))
            for name in COLUMNS
            if shown(old.get(name), digits) != shown(new.get(name), digits)
        }
        if differing:
            result[key] = differing
    return result


def added(rows):
    """Return the sums of the rows' columns."""
    return {name: sum(row[name] for row in rows) for name in COLUMNS}
