from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from ..exceptions import CreditHold
from .common import CreditCommon


@tagged('post_install', '-at_install')
class TestExposure(CreditCommon):
    """What random days of work brought to light: see ``test_random_days``."""

    def test_a_draft_credit_note_gives_nothing_back_yet(self):
        order = self._order(100)
        order.action_confirm()
        invoice = order._create_invoices()
        invoice.action_post()
        refund = invoice._reverse_moves()
        self.assertEqual((self.account.open_items, self.account.open_orders), (100, 0))
        refund.action_post()
        self.env.invalidate_all()
        self.assertEqual(self.account.exposure, 100)
        self.assertEqual(
            (self.account.open_items + self.account.unallocated_credits, self.account.open_orders), (0, 100)
        )

    def test_a_rejection_ends_an_earlier_release(self):
        self.account.credit_limit = 100
        order = self._order(150)
        order.with_user(self.seller).action_confirm_with_credit()
        order.credit_decision_ids.with_user(self.controller).action_release("Fine", confirm=False)
        order.order_line.price_unit = 200
        order.with_user(self.seller).action_confirm_with_credit()
        order.credit_decision_ids.filtered(lambda d: d.state == 'hold').with_user(
            self.controller
        ).action_reject("Not after all")
        order.order_line.price_unit = 150
        with self.assertRaises(CreditHold), self.env.cr.savepoint():
            order.with_user(self.seller).action_confirm()

    def test_other_addons_learn_what_is_secured(self):
        today = fields.Date.context_today(self.account)
        self._invoice(80)
        secure = self.env['ar.credit.security'].sudo().create
        secure({'credit_account_id': self.account.id, 'kind': 'insurance', 'amount': 100, 'cover': 90})
        secure({'credit_account_id': self.account.id, 'kind': 'deposit', 'amount': 5})
        secure(
            {
                'credit_account_id': self.account.id,
                'kind': 'guarantee',
                'amount': 1000,
                'valid_until': today - timedelta(days=1),
            }
        )
        found = self.env['ar.credit.account']._secured_by_customer(self.company, today)
        self.assertEqual(found, {self.customer.id: 77})
