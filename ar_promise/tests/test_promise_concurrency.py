from datetime import timedelta

import psycopg2

from odoo import SUPERUSER_ID, api, fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger


@tagged('post_install', '-at_install', 'database_breaking')
class TestPromiseConcurrency(TransactionCase):
    """A customer submits twice; two workers look at one promise. Real cursors on committed rows."""

    def setUp(self):
        super().setUp()
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {'tracking_disable': True})
            company = env['res.company'].search(
                [('parent_id', '=', False), ('chart_template', '!=', False)], limit=1, order='id'
            )
            partner = env['res.partner'].create({'name': "Racing debtor", 'is_company': True})
            self.today = fields.Date.context_today(partner)
            move = (
                env['account.move']
                .with_company(company)
                .create(
                    {
                        'move_type': 'out_invoice',
                        'partner_id': partner.id,
                        'invoice_date': self.today,
                        'company_id': company.id,
                        'invoice_line_ids': [
                            Command.create({'name': "x", 'price_unit': 100, 'tax_ids': [Command.clear()]})
                        ],
                    }
                )
            )
            move.action_post()
            account = env['ar.credit.account']._for_partner(partner, company)
            self.ids = {'account': account.id, 'partner': partner.id, 'move': move.id}
            self.line_ids = move._ar_instalments().ids
        self.addCleanup(self._remove)

    def _remove(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {'tracking_disable': True})
            for table in ('ar_covered_item', 'ar_promise_line'):
                cr.execute(
                    f"DELETE FROM {table} WHERE promise_id IN "
                    "(SELECT id FROM ar_promise WHERE credit_account_id = %s)",
                    [self.ids['account']],
                )
            cr.execute("DELETE FROM ar_promise WHERE credit_account_id = %s", [self.ids['account']])
            move = env['account.move'].browse(self.ids['move'])
            move.button_draft()
            move.with_context(force_delete=True).unlink()
            env['ar.credit.account'].browse(self.ids['account']).unlink()
            env['res.partner'].browse(self.ids['partner']).unlink()

    def _env(self):
        cr = self.registry.cursor()
        self.addCleanup(cr.close)
        return api.Environment(cr, SUPERUSER_ID, {'tracking_disable': True})

    def _promise(self, env, days=5):
        account = env['ar.credit.account'].browse(self.ids['account'])
        promise = env['ar.promise']._promise_on_portal(
            account,
            env['ar.open.item']._of_customer(account.partner_id),
            self.today + timedelta(days=days),
            account.partner_id,
        )
        env.flush_all()
        return promise

    def test_submitted_twice(self):
        one, two = self._env(), self._env()
        two['res.partner'].search_count([])  # the second transaction's snapshot
        self._promise(one)
        one.cr.commit()
        with self.assertRaises(psycopg2.errors.SerializationFailure), mute_logger('odoo.sql_db'):
            self._promise(two)
        two.cr.rollback()
        # Odoo replays the request with a fresh snapshot: the customer is refused, in words.
        with self.assertRaisesRegex(UserError, "already covered"):
            self._promise(two)
        two.cr.rollback()
        self.assertEqual(
            self._env()['ar.promise'].search_count([('credit_account_id', '=', self.ids['account'])]), 1
        )

    def test_looked_at_twice(self):
        """Two workers find the same promise broken: the collector gets one task."""
        with self.registry.cursor() as cr:
            self._promise(api.Environment(cr, SUPERUSER_ID, {'tracking_disable': True}))
        one, two = self._env(), self._env()
        two['res.partner'].search_count([])
        later = self.today + timedelta(days=6)
        one['ar.credit.account'].browse(self.ids['account'])._follow_commitments(later)
        one.cr.commit()
        with self.assertRaises(psycopg2.errors.SerializationFailure), mute_logger('odoo.sql_db'):
            two['ar.credit.account'].browse(self.ids['account'])._follow_commitments(later)
            two.flush_all()
        two.cr.rollback()
        two['ar.credit.account'].browse(self.ids['account'])._follow_commitments(later)
        two.cr.commit()
        promise = self._env()['ar.promise'].search([('credit_account_id', '=', self.ids['account'])])
        self.assertEqual((promise.state, len(promise.activity_ids)), ('broken', 1))
        self.assertEqual(promise.credit_account_id.promises_broken, 1)
