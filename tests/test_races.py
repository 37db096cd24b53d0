"""An order is confirmed while somebody else changes what decides about it.

Two real transactions: the confirmation has begun, and reads the database as it was, when the other commits.
It must not pass by what it still sees: PostgreSQL fails it, Odoo replays it, and the replay is judged again.
"""

from contextlib import nullcontext

import psycopg2
import pytest

from odoo.addons.ar_credit_control.exceptions import CreditHold

pytestmark = pytest.mark.slow
LIMIT, AMOUNT = 1000, 600


def _paid_invoice(world, env, partner):
    invoice = world.invoice(env, partner, 700)
    register = env['account.payment.register'].with_context(
        active_model='account.move', active_ids=invoice.ids
    )
    return invoice, register.create({})._create_payments()


def _another_order(world, env, partner):
    order = world.order(env, partner, 300)
    order.action_confirm()
    return order


# What is there before: the name of the change, what it needs, and the change.
CHANGES = {
    'a line is raised': (_another_order, lambda order, _world: order.order_line.write({'price_unit': 700})),
    'the limit is lowered': (
        lambda world, env, partner: env['ar.credit.account']._for_partner(partner, env.company),
        lambda account, world: world.decide(account.env, account, change_limit=True, new_limit=500),
    ),
    'an invoice is posted': (
        lambda world, env, partner: partner,
        lambda partner, world: world.invoice(partner.env, partner, 700),
    ),
    'a payment is un-reconciled': (
        lambda world, env, partner: _paid_invoice(world, env, partner)[0],
        lambda invoice, _world: invoice.line_ids.remove_move_reconcile(),
    ),
    'a payment is taken back': (
        lambda world, env, partner: _paid_invoice(world, env, partner)[1],
        lambda payment, _world: payment.action_cancel(),
    ),
}


@pytest.fixture
def world(attacked):
    """The small company, where an invoice of no order is held like an order."""
    with attacked.world.env() as env:
        env.company.ar_invoice_check = 'hold'
    yield attacked.world
    with attacked.world.env() as env:
        env.company.ar_invoice_check = 'none'


def _made(world, change):
    """Return (quotation, what is to be changed), committed."""
    with world.env() as env:
        partner = world.customer(env, LIMIT)
        there = CHANGES[change][0](world, env, partner)
        return world.order(env, partner, AMOUNT).id, (there._name, there.id)


def _change(world, change, env, what):
    model, record = what
    CHANGES[change][1](env[model].browse(record), world)
    env.flush_all()


def _confirm(env, order):
    env['sale.order'].browse(order).action_confirm()
    env.flush_all()


def _state(world, order):
    return world.rows('SELECT state FROM sale_order WHERE id = %s', order)[0][0]


@pytest.mark.parametrize('change', CHANGES)
def test_while_another_order_is_confirmed(world, change):
    order, what = _made(world, change)
    with pytest.raises(psycopg2.errors.SerializationFailure), world.env() as early:
        early['res.partner'].search_count([])  # what the confirmation sees from here on
        with world.env() as env:
            _change(world, change, env, what)
        _confirm(early, order)
    with pytest.raises(CreditHold), world.env() as again:
        _confirm(again, order)
    assert _state(world, order) == 'draft'


@pytest.mark.parametrize('change', CHANGES)
def test_after_the_order_was_confirmed(world, change):
    """The other way round the order stands; what would sell more is refused, what finance decides is done."""
    order, what = _made(world, change)
    with pytest.raises(psycopg2.errors.SerializationFailure), world.env() as early:
        early['res.partner'].search_count([])
        with world.env() as env:
            _confirm(env, order)
        _change(world, change, early, what)
    sells = change in ('a line is raised', 'an invoice is posted')
    with pytest.raises(CreditHold) if sells else nullcontext(), world.env() as again:
        _change(world, change, again, what)
    assert _state(world, order) == 'sale'
