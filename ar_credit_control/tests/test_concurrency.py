import psycopg2

from odoo import SUPERUSER_ID, api
from odoo.fields import Command
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from ..exceptions import CreditHold


@tagged('post_install', '-at_install', 'database_breaking')
class TestConcurrency(TransactionCase):
    """Two orders that fit the limit alone and not together: exactly one is confirmed.

    Real cursors on committed rows; everything is removed afterwards.
    """

    def setUp(self):
        super().setUp()
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {'tracking_disable': True})
            company = env['res.company'].search([('parent_id', '=', False)], limit=1, order='id')
            partner = env['res.partner'].create({'name': "Racing customer", 'is_company': True})
            product = env['product.product'].create(
                {'name': "Racing goods", 'type': 'service', 'taxes_id': [Command.clear()]}
            )
            account = env['ar.credit.account'].sudo()._for_partner(partner, company)
            account.credit_limit = 100
            orders = env['sale.order'].create(
                [
                    {
                        'partner_id': partner.id,
                        'company_id': company.id,
                        'order_line': [
                            Command.create(
                                {'product_id': product.id, 'price_unit': 60, 'tax_ids': [Command.clear()]}
                            )
                        ],
                    }
                    for _i in range(2)
                ]
            )
            self.first, self.second = orders.ids
            self.credit_account_id, self.partner_id, self.product_id = account.id, partner.id, product.id
        self.addCleanup(self._remove)

    def _remove(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {'tracking_disable': True})
            orders = env['sale.order'].browse([self.first, self.second]).exists()
            env['ar.credit.decision'].search([('order_id', 'in', orders.ids)]).unlink()
            orders._action_cancel()
            orders.unlink()
            self._remove_account(env)
            env['product.product'].browse(self.product_id).unlink()
            env['res.partner'].browse(self.partner_id).unlink()

    def _remove_account(self, env):
        changes = env['ar.credit.change'].search([('credit_account_id', '=', self.credit_account_id)])
        changes._delete_recorded()
        env['ar.credit.account'].browse(self.credit_account_id).unlink()

    def _env(self):
        cr = self.registry.cursor()
        self.addCleanup(cr.close)
        return api.Environment(cr, SUPERUSER_ID, {'tracking_disable': True})

    def _states(self):
        env = self._env()
        return env['sale.order'].browse([self.first, self.second]).mapped('state')

    def _confirm(self, env, order_id):
        env['sale.order'].browse(order_id).action_confirm()
        env.flush_all()

    def test_snapshot_taken_before_the_other_commits(self):
        one, two = self._env(), self._env()
        two['res.partner'].search_count([])  # the second transaction's snapshot
        self._confirm(one, self.first)
        one.cr.commit()
        with self.assertRaises(psycopg2.errors.SerializationFailure), mute_logger('odoo.sql_db'):
            self._confirm(two, self.second)
        two.cr.rollback()
        # Odoo replays the request with a fresh snapshot: the second order is refused for the right reason.
        with self.assertRaises(CreditHold):
            self._confirm(two, self.second)
        two.cr.rollback()
        self.assertEqual(self._states(), ['sale', 'draft'])

    def test_both_inside_at_once(self):
        one, two = self._env(), self._env()
        self._confirm(one, self.first)
        two.cr.execute("SET LOCAL lock_timeout = '200ms'")
        with self.assertRaises(psycopg2.errors.LockNotAvailable), mute_logger('odoo.sql_db'):
            self._confirm(two, self.second)  # waits for the first
        two.cr.rollback()
        one.cr.commit()
        with self.assertRaises(CreditHold):
            self._confirm(two, self.second)
        two.cr.rollback()
        self.assertEqual(self._states(), ['sale', 'draft'])

    def test_a_line_is_raised_while_another_order_is_confirmed(self):
        with self.registry.cursor() as cr:
            self._confirm(api.Environment(cr, SUPERUSER_ID, {'tracking_disable': True}), self.first)
        one, two = self._env(), self._env()
        two['res.partner'].search_count([])

        def raise_line(env):
            env['sale.order'].browse(self.first).order_line.price_unit = 90
            env.flush_all()

        with one.cr.savepoint():
            one['sale.order'].browse(self.second).order_line.price_unit = 20
            self._confirm(one, self.second)
        one.cr.commit()
        with self.assertRaises(psycopg2.errors.SerializationFailure), mute_logger('odoo.sql_db'):
            raise_line(two)
        two.cr.rollback()
        with self.assertRaises(CreditHold):
            raise_line(two)
        two.cr.rollback()
        env = self._env()
        self.assertEqual(env['sale.order'].browse([self.first, self.second]).mapped('amount_total'), [60, 20])

    def test_first_one_gives_up(self):
        one, two = self._env(), self._env()
        two['res.partner'].search_count([])
        self._confirm(one, self.first)
        one.cr.rollback()
        self._confirm(two, self.second)
        two.cr.commit()
        self.assertEqual(self._states(), ['draft', 'sale'])

    def test_account_needed_first_by_two_transactions(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            self._remove_account(env)
        one, two = self._env(), self._env()
        two['res.partner'].search_count([])
        partner = one['res.partner'].browse(self.partner_id)
        self.credit_account_id = one['ar.credit.account']._for_partner(partner, one.company).id
        one.cr.commit()
        with self.assertRaises(psycopg2.errors.SerializationFailure), mute_logger('odoo.sql_db'):
            two['ar.credit.account']._for_partner(partner.with_env(two), two.company)
        two.cr.rollback()
        self.assertEqual(
            two['ar.credit.account']._for_partner(partner.with_env(two), two.company).id,
            self.credit_account_id,
        )
