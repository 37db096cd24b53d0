from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from odoo.addons.ar_credit_control.tests.common import CreditCommon


@tagged('post_install', '-at_install')
class TestReview(CreditCommon):
    """Credit files due for review, and limits that follow from sales."""

    def test_reviews_and_expiries_become_one_activity_each(self):
        soon = fields.Date.context_today(self.account) + timedelta(days=5)
        self.account.write({'file_valid_until': soon, 'credit_limit': 5, 'limit_valid_until': soon})
        for _day in range(2):
            self.env['ar.credit.account']._credit_remind(self.company)
        self.assertEqual(
            self.account.activity_ids.activity_type_id,
            self.env.ref('ar_credit_assessment.mail_activity_type_review')
            | self.env.ref('ar_credit_control.mail_activity_type_expiry'),
        )
        self.assertEqual(len(self.account.activity_ids), 2)

    def test_many_limits_by_need(self):
        self.account._record_facts(
            {'average_monthly_sales': 1000, 'grade_id': self.env.ref('ar_base.grade_c').id}
        )
        wizard = self.env['ar.credit.recalculate'].create(
            {
                'account_ids': self.account.ids,
                'reason': "Yearly review",
                'company_id': self.company.id,
                'method': 'need',
            }
        )
        # 1000 a month x (30 + 15 days) / 30 x 0.7
        self.assertEqual(wizard.line_ids.new_limit, 1000)
        wizard.step = 1
        self.assertEqual(wizard.line_ids.new_limit, 1050)
