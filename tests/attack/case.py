"""Attacks and their legitimate neighbours are rows: who tries what, and what must be so afterwards.

An attack holds when the database says so, whatever the calls answered: some are refused, some do nothing. A
neighbour must be answered without a fault, and must have done what it was for.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

AWAY = '2099-12-31'
NOT_SOLD = "SELECT state != 'sale' FROM sale_order WHERE id = %(order)s"
SOLD = "SELECT state = 'sale' FROM sale_order WHERE id = %(order)s"
# What is confirmed must not be worth more than the limit, by quantity and price, whatever the totals say.
WORTH = """
    SELECT COALESCE(SUM(l.product_uom_qty * l.price_unit * (1 - l.discount / 100)), 0) <= %(limit)s
      FROM sale_order o JOIN sale_order_line l ON l.order_id = o.id
     WHERE o.state = 'sale' AND o.partner_id = %(partner)s"""
LIMIT_STAYS = "SELECT credit_limit = %(limit)s FROM ar_credit_account WHERE id = %(account)s"


class Case(NamedTuple):
    """One row.

    Attributes:
        role: who calls; ``(role, call)`` in ``calls`` is somebody else's call.
        make: makes what is attacked and returns its ids by name.
        calls: (model, method, arguments, options); ``'<name>'`` is the id that ``make`` gave that name.
        holds: SQL that must be true, or a function of (world, ids, answers).
    """

    name: str
    role: str
    make: Callable
    calls: tuple
    holds: Any


def call(model, method, *arguments, **options):
    return model, method, arguments, options


CONFIRM = call('sale.order', 'action_confirm', ['<order>'])
ASK = call('sale.order', 'action_confirm_with_credit', ['<order>'])


def write(model, name, **values):
    return call(model, 'write', [f'<{name}>'], values)


def order(**values):
    return write('sale.order', 'order', **values)


def line(**values):
    return write('sale.order.line', 'line', **values)


def by(role, made):
    return role, made


def new_line(amount, **options):
    values = {'product_id': '<product>', 'product_uom_qty': 1, 'price_unit': amount, 'tax_ids': [(6, 0, [])]}
    return call('sale.order.line', 'create', {**values, **options.pop('values', {})}, **options)


RELEASE = {'note': "Fine"}


def release(**options):
    return call('ar.credit.decision', 'action_release', ['<decision>'], **{**RELEASE, **options})
