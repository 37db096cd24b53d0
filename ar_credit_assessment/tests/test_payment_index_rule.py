from odoo.tests import tagged

from odoo.addons.ar_credit_control.tests.common import CreditCommon


@tagged('post_install', '-at_install')
class TestPaymentIndexRule(CreditCommon):
    """The hold rule that this addon brings: an order of a customer that pays too late is held."""

    def setUp(self):
        super().setUp()
        self.env['ar.credit.rule'].search([('company_id', '=', self.company.id)]).outcome = 'none'

    def _confirm(self):
        order = self._order(10)
        order.with_user(self.seller).action_confirm_with_credit()
        return order

    def test_every_company_has_the_rule_switched_off(self):
        other = self.env['res.company'].create({'name': "Other"})
        for company in (self.company, other):
            rule = self.env['ar.credit.rule'].search(
                [('company_id', '=', company.id), ('code', '=', 'payment_index')]
            )
            self.assertEqual((rule.outcome, rule.min_index), ('none', 50))

    def test_a_low_index_holds_and_says_so(self):
        self._pay(self._invoice(100, overdue=30))
        self.account._credit_refresh_behaviour()
        self._rule('payment_index', outcome='hold', min_index=50)
        self.assertEqual(self._confirm().credit_state, 'ok', "an index equal to the minimum passes")
        self._rule('payment_index', min_index=60)
        order = self._confirm()
        self.assertEqual(order.credit_state, 'hold')
        reason = order.credit_decision_ids.reason_ids
        self.assertEqual(
            reason.sentence,
            "The customer's payment index is 50.0; 60.0 is needed for an order on credit.",
        )
        self.assertTrue(reason.remedy)

    def test_an_unrated_customer_passes(self):
        self._rule('payment_index', outcome='hold', min_index=90)
        self.assertEqual(self._confirm().credit_state, 'ok')
