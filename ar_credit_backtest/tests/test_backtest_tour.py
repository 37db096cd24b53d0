from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged

from .common import BacktestCommon


@tagged('post_install', '-at_install')
class TestBacktestTour(BacktestCommon, HttpCase):
    def _ago(self, days):
        return self.on(fields.Date.to_string(fields.Date.context_today(self.account) - timedelta(days=days)))

    def test_a_manager_tries_a_stricter_policy(self):
        with self._ago(120):
            invoice = self._invoice(30)
        with self._ago(110):
            order = self.confirm(70)  # the invoice is ten days overdue
        with self._ago(109):
            self._pay(invoice)
            bill = self.bill(order)
        with self._ago(60):
            self._pay(bill)
            self.confirm(90)
        self.start_tour('/odoo/ar-policy-backtest', 'ar_credit_backtest', login='armanager')
        backtest = self.env['ar.credit.backtest'].search([('company_id', '=', self.company.id)])
        self.assertEqual((backtest.held_count_a, backtest.held_count_b, backtest.lost_b), (0, 1, 70))
        self.assertEqual(self._rule('oldest_open_item').max_days, 30)
