import xmlrpc.client
from concurrent.futures import ThreadPoolExecutor

import pytest

from odoo import SUPERUSER_ID, api
from odoo.fields import Command
from odoo.modules.registry import Registry
from odoo.tools import config

from .attack.server import serving
from .forked import free_port

ORDERS, AMOUNT, LIMIT, WORKERS = 16, 100.0, 550.0, 4
LOGIN = 'http-race-seller'


@pytest.fixture
def database():
    return config['db_name'][0] if isinstance(config['db_name'], list) else config['db_name']


@pytest.fixture
def world(database):
    """A customer with a limit, a seller, and 16 quotations of which five fit: committed, and removed
    afterwards.
    """
    registry = Registry(database)
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {'tracking_disable': True, 'no_reset_password': True})
        company = env['res.company'].search([('parent_id', '=', False)], limit=1, order='id')
        seller = env['res.users'].create(
            {
                'name': "Racer",
                'login': LOGIN,
                'password': LOGIN,
                'company_id': company.id,
                'company_ids': company.ids,
                'group_ids': [
                    Command.set([env.ref('sales_team.group_sale_salesman').id, env.ref('base.group_user').id])
                ],
            }
        )
        partner = env['res.partner'].create({'name': "HTTP race", 'is_company': True})
        product = env['product.product'].create(
            {'name': "Race goods", 'type': 'service', 'taxes_id': [Command.clear()]}
        )
        account = env['ar.credit.account'].sudo()._for_partner(partner, company)
        account.credit_limit = LIMIT
        orders = env['sale.order'].create(
            [
                {
                    'partner_id': partner.id,
                    'user_id': seller.id,
                    'company_id': company.id,
                    'order_line': [
                        Command.create(
                            {'product_id': product.id, 'price_unit': AMOUNT, 'tax_ids': [Command.clear()]}
                        )
                    ],
                }
                for _i in range(ORDERS)
            ]
        )
        ids = {record._name: record.ids for record in (orders, account, partner, product, seller)}
    yield registry, ids
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {'tracking_disable': True})
        orders = env['sale.order'].browse(ids['sale.order'])
        orders._action_cancel()
        env['ar.credit.decision'].search([('credit_account_id', 'in', ids['ar.credit.account'])]).unlink()
        orders.unlink()
        changes = env['ar.credit.change'].search([('credit_account_id', 'in', ids['ar.credit.account'])])
        changes._delete_recorded()
        for model in ('ar.credit.account', 'product.product', 'res.users', 'res.partner'):
            env[model].browse(ids[model]).unlink()


@pytest.fixture
def server(database, world):
    """A real Odoo server of several processes on the test database."""
    with serving(database, workers=WORKERS, gevent_port=free_port(), limit_time_real=600) as url:
        yield url


def test_sixteen_confirmations_at_once(server, world, database):
    """The exposure never passes the limit; every loser is held or refused; no order is lost."""
    registry, ids = world
    uid = xmlrpc.client.ServerProxy(f'{server}/xmlrpc/2/common').authenticate(database, LOGIN, LOGIN, {})
    assert uid

    def confirm(index_and_id):
        index, order_id = index_and_id
        method = 'action_confirm_with_credit' if index % 2 else 'action_confirm'
        models = xmlrpc.client.ServerProxy(f'{server}/xmlrpc/2/object', allow_none=True)
        try:
            models.execute_kw(database, uid, LOGIN, 'sale.order', method, [[order_id]])
            return method, 'answered'
        except xmlrpc.client.Fault as fault:
            return method, fault.faultString

    with ThreadPoolExecutor(ORDERS) as pool:
        answers = list(pool.map(confirm, enumerate(ids['sale.order'])))

    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        orders = env['sale.order'].browse(ids['sale.order'])
        account = env['ar.credit.account'].browse(ids['ar.credit.account'])
        confirmed = orders.filtered(lambda order: order.state == 'sale')
        assert len(orders.exists()) == ORDERS
        assert account.exposure == len(confirmed) * AMOUNT <= LIMIT
        assert len(confirmed) >= 1
        for order, (method, answer) in zip(orders, answers):
            if order.state == 'sale':
                continue
            assert order.state == 'draft'
            refused = 'credit hold' in answer or 'serializ' in answer
            held = order.credit_state == 'hold' and answer == 'answered'
            assert held if method == 'action_confirm_with_credit' and answer == 'answered' else refused, (
                order.name,
                method,
                answer,
            )
        # With the traffic gone, what still fits gets in: nothing is left locked.
        rest = orders.filtered(lambda order: order.state == 'draft')
        rest.action_confirm_with_credit()
        assert account.exposure == len(orders.filtered(lambda order: order.state == 'sale')) * AMOUNT == 500
        assert set(orders.filtered(lambda order: order.state == 'draft').mapped('credit_state')) == {'hold'}
