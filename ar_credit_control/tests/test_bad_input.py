from psycopg2.errors import UniqueViolation

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import CreditCommon


@tagged('post_install', '-at_install')
class TestBadInput(CreditCommon):
    """Bad input is refused with a sentence that names the remedy, and changes nothing."""

    def assertRefused(self, act, *words, error=ValidationError):
        with self.assertRaises(error) as caught, self.env.cr.savepoint():
            act()
            self.env.flush_all()
        for word in words:
            self.assertIn(word, str(caught.exception))

    def test_negative_limit(self):
        self.account.credit_limit = 5
        self.assertRefused(
            lambda: self.account.write({'credit_limit': -1}), "Hua Trading", "Enter 0 for no credit"
        )
        self.account.invalidate_recordset()
        self.assertEqual(self.account.credit_limit, 5)

    def test_limit_on_a_contact(self):
        self.assertRefused(
            lambda: self.env['ar.credit.account'].create({'partner_id': self.contact.id, 'credit_limit': 10}),
            "Li",
            "open the credit account of Hua Trading",
        )

    def test_negative_threshold_and_double_scope(self):
        rule = self._rule('oldest_open_item')
        self.assertRefused(lambda: rule.write({'max_days': -1}), "cannot be negative")
        self.assertRefused(
            lambda: self.env['ar.credit.rule'].create(
                {
                    'code': 'credit_limit',
                    'company_id': self.company.id,
                    'grade_id': self.env.ref('ar_base.grade_a').id,
                    'credit_account_id': self.account.id,
                }
            ),
            "not for both",
        )

    @mute_logger('odoo.sql_db')
    def test_second_rule_of_the_same_scope(self):
        self.assertRefused(
            lambda: self.env['ar.credit.rule'].create(
                {'code': 'credit_limit', 'company_id': self.company.id}
            ),
            error=UniqueViolation,
        )

    def test_cover_out_of_range(self):
        self.assertRefused(
            lambda: self.env['ar.credit.security']
            .sudo()
            .create({'credit_account_id': self.account.id, 'amount': 1, 'cover': 101}),
            "between 0 and 100",
        )

    def test_decision_needs_a_reason(self):
        self.account.credit_limit = 0
        order = self._order(1)
        order.action_confirm_with_credit()
        decision = order.credit_decision_ids.with_user(self.controller)
        for act in (decision.action_release, decision.action_reject, decision.action_ask):
            self.assertRefused(act, "Enter w", error=UserError)
        decision.action_reject("No")
        self.assertRefused(
            lambda: decision.action_release("Yes"), "Already decided", order.name, error=UserError
        )

    def test_company_without_chart(self):
        company = self.env['res.company'].create({'name': "Bare"})
        self.env.user.company_ids |= company
        account = self.env['ar.credit.account'].sudo()._for_partner(self.customer, company)
        self.assertEqual(account.exposure, 0)
        account.credit_limit = 10
        order = self._order(11, company_id=company.id)
        order.with_company(company).action_confirm_with_credit()
        self.assertEqual(order.credit_state, 'hold')
