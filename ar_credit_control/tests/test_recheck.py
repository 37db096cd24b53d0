from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from .common import CreditCommon


@tagged('post_install', '-at_install')
class TestRecheck(CreditCommon):
    """Held orders are released when their customer's situation changes; others stay."""

    def _hold(self, amount=50, partner=None):
        order = self._order(amount, partner=partner)
        order.with_user(self.seller).action_confirm_with_credit()
        self.assertEqual(order.credit_state, 'hold')
        return order

    def test_payment_releases_the_right_orders(self):
        invoice = self._invoice(100)
        self.account.credit_limit = 100
        other = self.env['res.partner'].create({'name': "Other", 'is_company': True})
        self.env['ar.credit.account'].sudo()._for_partner(other, self.company).credit_limit = 10
        order, foreign = self._hold(60), self._hold(60, partner=other)
        self._pay(invoice, 50)
        self._run_recheck()
        self.assertEqual(order.state, 'draft')
        self.assertEqual(order.credit_decision_ids.over_by, 10)
        self._pay(invoice, 50)
        self._run_recheck()
        self.assertEqual((order.state, order.credit_state), ('sale', 'ok'))
        self.assertEqual(order.credit_decision_ids.state, 'auto_released')
        self.assertEqual((foreign.state, foreign.credit_state), ('draft', 'hold'))

    def test_only_as_many_as_fit(self):
        self.account.credit_limit = 0
        orders = self._hold(60) | self._hold(60)
        self.account.credit_limit = 100
        self._run_recheck()
        self.assertEqual(orders.mapped('credit_state'), ['ok', 'hold'])

    def test_limit_rule_grade_security_dispute_and_hold(self):
        today = fields.Date.context_today(self.account)
        other = self.env['res.partner'].create({'name': "Other", 'is_company': True})
        self.env['ar.credit.account'].sudo()._for_partner(other, self.company).credit_limit = 10
        lapsed = (
            self.env['ar.credit.security']
            .sudo()
            .create(
                {
                    'credit_account_id': self.account.id,
                    'amount': 500,
                    'valid_until': today - timedelta(days=1),
                }
            )
        )
        for change in (
            lambda: lapsed._record_facts({'valid_until': today}),
            lambda: self.account.write({'temp_limit': 1000, 'temp_until': today}),
            lambda: self.account.write({'credit_limit': 1000}),
            lambda: self.account.write({'is_unlimited': True}),
            lambda: self._rule('credit_limit', outcome='warn'),
            lambda: self.env['ar.credit.security']
            .sudo()
            .create(
                {
                    'credit_account_id': self.account.id,
                    'amount': 500,
                    'valid_until': today + timedelta(days=1),
                }
            ),
        ):
            with self.subTest(change), self.env.cr.savepoint() as savepoint:
                self._invoice(100)
                self.account.credit_limit = 100
                order, foreign = self._hold(), self._hold(partner=other)
                blocked = self.env['ar.hold'].create(
                    {
                        'credit_account_id': foreign.credit_decision_ids.credit_account_id.id,
                        'reason': "By hand",
                    }
                )
                change()
                self._run_recheck()
                self.assertEqual((order.state, foreign.state, blocked.active), ('sale', 'draft', True))
                savepoint.rollback()
            self.env.invalidate_all()

    def test_grade_and_dispute(self):
        invoice = self._invoice(100, overdue=60)
        self.env['ar.credit.rule'].create(
            {
                'code': 'oldest_open_item',
                'company_id': self.company.id,
                'grade_id': self.env.ref('ar_base.grade_a').id,
                'outcome': 'hold',
                'max_days': 90,
            }
        )
        order = self._hold()
        self.account.grade_id = self.env.ref('ar_base.grade_a')
        self._run_recheck()
        self.assertEqual(order.state, 'sale')
        self.account.grade_id = False
        second = self._hold()
        dispute = self.env['ar.dispute'].create({'move_id': invoice.id, 'amount': 100, 'reason': 'price'})
        self._run_recheck()
        self.assertEqual(second.state, 'sale')
        # Closed against the customer the invoice counts again; closed by a credit note it is gone.
        dispute.outcome = "The price was agreed"
        dispute.action_reject()
        third = self._hold()
        self.env['account.move.reversal'].with_context(
            active_model='account.move', active_ids=invoice.ids
        ).create({'journal_id': invoice.journal_id.id, 'reason': "Price"}).refund_moves()
        invoice.reversal_move_ids.action_post()
        self._run_recheck()
        self.assertEqual(third.state, 'sale')

    def test_manual_hold_stays_until_lifted(self):
        hold = self.env['ar.hold'].create(
            {'credit_account_id': self.account.id, 'reason': "Insolvency rumour"}
        )
        order = self._hold()
        self.account.credit_limit = 10**6
        self._run_recheck()
        self.assertEqual(order.state, 'draft')
        hold.with_user(self.controller).action_lift("Paid")
        self._run_recheck()
        self.assertEqual(order.state, 'sale')

    def test_free_but_not_confirmed_where_the_company_wants_it(self):
        self.company.ar_confirm_auto_released = False
        self.account.credit_limit = 0
        order = self._hold()
        self.account.credit_limit = 100
        self._run_recheck()
        self.assertEqual((order.state, order.credit_state), ('draft', 'none'))

    def test_an_order_that_cannot_be_confirmed_stops_no_other(self):
        self.account.credit_limit = 0
        orders = self._hold(10) | self._hold(20)
        orders[0].order_line.product_id = False
        self.account.credit_limit = 100
        self._run_recheck()
        self.assertEqual(orders.mapped('state'), ['draft', 'sale'])
        self.assertTrue(orders[0].message_ids.filtered(lambda m: f"{orders[0].name}: " in (m.body or '')))

    def test_an_order_whose_credit_is_taken_meanwhile_stays_in_the_queue(self):
        self.account.credit_limit = 0
        order = self._hold(60)
        self.account.credit_limit = 100
        taken = self._order(90)
        decision = order.credit_decision_ids.sudo()
        confirm_order = type(decision)._confirm_order

        def after_another(decision):
            taken.action_confirm()
            return confirm_order(decision)

        with patch.object(type(decision), '_confirm_order', after_another):
            decision._recheck()
        self.assertEqual((taken.state, order.state, order.credit_state), ('sale', 'draft', 'hold'))
        self.assertEqual(order.credit_decision_ids.over_by, 50)
