from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from ..exceptions import CreditHold
from .common import CreditCommon


@tagged('post_install', '-at_install')
class TestBindingRules(CreditCommon):
    """What holds from the first day, before anybody set anything; and looking first, without stopping."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env['ar.credit.rule'].search([('company_id', '=', cls.company.id)]).unlink()
        cls.env['ar.credit.rule']._create_defaults(cls.company)

    def assertHeld(self, order, *codes):
        order.with_user(self.seller).action_confirm_with_credit()
        self.assertEqual((order.state, order.credit_state), ('draft', 'hold'))
        self.assertEqual(order.credit_decision_ids.reasons, ','.join(codes))

    def assertPasses(self, order):
        order.with_user(self.seller).action_confirm_with_credit()
        self.assertEqual((order.state, order.credit_state), ('sale', 'ok'))

    # === Day one ===

    def test_an_unknown_customer_is_held_above_a_small_amount(self):
        partner = self.env['res.partner'].create({'name': "Vic", 'is_company': True})
        self.assertHeld(self._order(500000, partner=partner), 'no_file')
        self.assertPasses(self._order(600, partner=partner))
        self.assertHeld(self._order(400.01, partner=partner), 'no_file')
        self.assertPasses(self._order(400, partner=partner))

    def test_a_decision_about_the_customer_or_for_unknown_ones_makes_it_known(self):
        order = self._order(5000)
        for decided in (
            lambda: self.account.write({'credit_limit': 5000}),
            lambda: self.account.write({'is_unlimited': True}),
            lambda: self.account.write({'grade_id': self.env.ref('ar_base.grade_b').id}),
            lambda: self.account.write(
                {
                    'group_id': self.env['ar.credit.group']
                    .sudo()
                    .create({'name': "G", 'company_id': self.company.id, 'credit_limit': 5000})
                    .id
                }
            ),
            lambda: self.company.write({'ar_default_limit_policy': 'amount', 'ar_default_limit': 5000}),
        ):
            with self.subTest(decided), self.env.cr.savepoint() as savepoint:
                decided()
                order.action_confirm()
                savepoint.rollback()
            self.env.invalidate_all()

    def test_a_grade_without_credit_gives_none(self):
        self.account.write({'grade_id': self.env.ref('ar_base.grade_e').id, 'credit_limit': 10000})
        self.assertHeld(self._order(1), 'no_credit')
        self.assertPasses(self._order(0))
        advance = self.env['account.payment.term'].create({'name': "Advance", 'ar_prepayment': True})
        self.assertPasses(self._order(100, payment_term_id=advance.id))

    def test_terms_beyond_the_grades_are_held(self):
        self.account.write({'grade_id': self.env.ref('ar_base.grade_d').id, 'credit_limit': 10000})
        order = self._order(1, payment_term_id=self.env.ref('account.account_payment_term_30days').id)
        self.assertHeld(order, 'terms')
        self.assertIn("shortened to 15 days", order.with_user(self.seller).credit_panel)
        order.payment_term_id = self.env.ref('account.account_payment_term_15days')
        self.assertIn("would pass now", order.with_user(self.seller).credit_panel)
        order.with_user(self.seller).action_confirm()

    def test_terms_that_run_to_the_end_of_a_month_give_those_days_too(self):
        self.account.write({'grade_id': self.env.ref('ar_base.grade_d').id, 'credit_limit': 10000})
        line = Command.create({'delay_type': 'days_after_end_of_next_month', 'nb_days': 0})
        following = self.env['account.payment.term'].create({'name': "EOFM", 'line_ids': [line]})
        self.assertHeld(self._order(1, payment_term_id=following.id), 'terms')
        self.assertEqual((following.ar_credit_days, following._ar_longest_days()), (61, 61))

    def test_a_new_company_starts_with_them(self):
        company = self.env['res.company'].create({'name': "New"})
        rules = self.env['ar.credit.rule'].search([('company_id', '=', company.id)])
        hold = set(rules.filtered(lambda rule: rule.outcome == 'hold').mapped('code'))
        self.assertLessEqual({'no_file', 'no_credit', 'terms', 'credit_limit', 'on_hold'}, hold)

    # === Looking first ===

    def test_observing_records_and_stops_nothing(self):
        today = fields.Date.context_today(self.account)
        self.company.ar_observe_until = today
        order = self._order(5000)
        self.assertPasses(order)
        [decision] = order.credit_decision_ids
        self.assertRecordValues(
            decision, [{'state': 'observed', 'reasons': 'no_file', 'order_amount': 5000, 'approver_ids': []}]
        )
        self.assertFalse(decision.activity_ids)
        order.with_user(self.seller).order_line.price_unit = 6000  # a refused growth would be a loss of work
        self.assertEqual(order.amount_total, 6000)
        self.company.ar_observe_until = today - timedelta(days=1)
        second = self._order(5000)
        with self.assertRaises(CreditHold), self.env.cr.savepoint():
            second.with_user(self.seller).action_confirm()

    def test_starting_to_observe_lets_waiting_orders_go(self):
        order = self._order(5000)
        self.assertHeld(order, 'no_file')
        self.company.ar_observe_until = fields.Date.context_today(order)
        self._run_recheck()
        self.assertEqual(order.state, 'sale')

    # === Batches, categories ===

    def test_the_earlier_batch_is_paid_before_the_next_is_confirmed(self):
        self.account.credit_limit = 10**6
        self._rule('previous_order', outcome='hold')
        first = self._order(100)
        self.assertPasses(first)
        self.assertPasses(self._order(1))  # nothing was delivered or invoiced yet
        invoice = first._create_invoices()
        self.assertPasses(self._order(2))  # a draft demands nothing
        invoice.action_post()
        order = self._order(3)
        self.assertHeld(order, 'previous_order')
        self.assertIn(first.name, order.with_user(self.seller).credit_panel)
        self._rule('previous_order', max_count=1)
        self.assertPasses(self._order(4))
        self._rule('previous_order', max_count=0)
        self._pay(invoice)
        self._run_recheck()
        self.assertEqual(order.state, 'sale')

    def test_a_draft_payment_pays_no_earlier_batch(self):
        self.account.credit_limit = 10**6
        self._rule('previous_order', outcome='hold')
        first = self._order(100)
        self.assertPasses(first)
        invoice = first._create_invoices()
        invoice.action_post()
        payment = self._pay(invoice)
        self.assertPasses(self._order(1))
        payment.action_draft()
        self.assertFalse(invoice.amount_residual, "Odoo lets a draft entry keep its match")
        self.assertHeld(self._order(2), 'previous_order')
        payment.action_post()
        self.assertPasses(self._order(3))

    def test_delivered_and_not_invoiced_is_not_paid(self):
        self.account.credit_limit = 10**6
        self._rule('previous_order', outcome='hold')
        first = self._order(100)
        first.action_confirm()
        first.order_line.qty_delivered = 1
        order = self._order(3)
        self.assertHeld(order, 'previous_order')
        first.order_line.with_user(self.seller).product_uom_qty = 1  # itself is no earlier order
        self._rule('previous_order', max_days=1)
        order.with_user(self.seller).action_confirm()

    def test_a_category_has_a_limit_of_its_own(self):
        self.account.credit_limit = 10**6
        parent = self.env['product.category'].create({'name': "Machines", 'ar_max_amount': 1000})
        self.product.categ_id = self.env['product.category'].create({'name': "Pumps", 'parent_id': parent.id})
        self.assertPasses(self._order(5000))  # the rule is off as delivered
        self._rule('category_limit', outcome='hold')
        self.assertPasses(self._order(1000))
        order = self._order(1000.01)
        self.assertHeld(order, 'category_limit')
        self.assertIn("Machines", order.with_user(self.seller).credit_panel)
        with self.env.cr.savepoint() as point:
            parent.ar_max_amount = 10**6
            self.assertPasses(self._order(1000.01))
            point.rollback()
        self.assertHeld(self._order(1000.01), 'category_limit')  # a limit that was never committed is none
