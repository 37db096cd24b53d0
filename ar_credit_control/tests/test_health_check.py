from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from .common import CreditCommon
from odoo.addons.ar_base.tests.common_health import HealthCommon


@tagged('post_install', '-at_install')
class TestHealthCheck(HealthCommon, CreditCommon):
    """The lines of credit control: red by a planted fault, green after the button or in the place."""

    def _owe(self):
        """The customer owes something."""
        move = self.env['account.move'].create(
            {
                'move_type': 'out_invoice',
                'partner_id': self.customer.id,
                'invoice_date': '2024-01-31',
                'invoice_line_ids': [
                    Command.create({'name': "x", 'price_unit': 100, 'tax_ids': [Command.clear()]})
                ],
            }
        )
        move.action_post()

    def test_limit_documents(self):
        self.company.ar_limit_documents = False
        self.assertMends('limit_documents', "without approval")
        self.assertTrue(self.company.ar_limit_documents)

    def test_native_limits(self):
        self.assertGreen('native_limits')
        partner = self.env['res.partner'].create({'name': "Old", 'is_company': True})
        partner.with_company(self.company).write({'use_partner_credit_limit': True, 'credit_limit': 700})
        self.assertMends('native_limits', "1 credit limits")
        account = self.env['ar.credit.account'].search([('partner_id', '=', partner.id)])
        self.assertEqual(account.credit_limit, 700)

    def test_native_banner(self):
        self.company.account_use_credit_limit = True
        self.assertMends('native_banner', "Odoo's own")
        self.assertFalse(self.company.account_use_credit_limit)

    def test_rules(self):
        rules = self.env['ar.credit.rule'].search([('company_id', '=', self.company.id)])
        rules.outcome = 'none'
        self.assertOpens('rules', "everything passes", model='ar.credit.rule')
        rules.filtered(lambda rule: rule.code == 'credit_limit').outcome = 'hold'
        self.assertGreen('rules')

    def test_strictness(self):
        self.assertOpens('strictness', "unlimited credit", model='res.config.settings')
        self.company.ar_strictness = 'hold'
        self.assertGreen('strictness')
        self.company.ar_observe_until = '2099-12-31'
        self.assertOpens('strictness', "only observe", model='ar.credit.decision')

    def test_responsible(self):
        self.company.ar_credit_responsible_id = False
        self.assertRed('responsible', "No credit responsible")
        self.company.ar_credit_responsible_id = self.controller
        self.assertGreen('responsible')
        self.controller.active = False
        self.assertRed('responsible', "has left", severity='1')

    def test_limits_of_those_who_owe(self):
        self.assertGreen('limits')
        self._owe()
        action = self.assertOpens('limits', "1 customers", model='ar.credit.account')
        self.assertIn(str(self.customer.id), action['domain'])
        self.account.credit_limit = 500
        self.assertGreen('limits')

    def test_expired(self):
        self.account.write({'credit_limit': 5, 'limit_valid_until': '2020-01-01'})
        self.assertOpens('expired_limits', "1 credit limits", model='ar.credit.account')
        self.account.limit_valid_until = fields.Date.add(fields.Date.today(), days=30)
        self.assertGreen('expired_limits')
        self.account.file_valid_until = '2020-01-01'
        self.assertOpens('reviews', "1 reviews", model='ar.credit.account')
        self.account.file_valid_until = False
        self.assertGreen('reviews')

    def test_groups(self):
        group = self.env['ar.credit.group'].create({'name': "Empty", 'company_id': self.company.id})
        self.assertOpens('groups', "Empty", model='ar.credit.group')
        self.account.group_id = group
        self.assertGreen('groups')

    def test_matrix(self):
        self.assertRed('matrix', "empty", severity='3')
        line = self.env['ar.approval.rule'].create(
            {'company_id': self.company.id, 'kind': 'order', 'user_ids': self.controller.ids}
        )
        self.assertGreen('matrix')
        self.controller.active = False
        self.assertOpens('matrix', "have left", model='ar.approval.rule')
        line.user_ids = self.manager
        self.assertGreen('matrix')

    def test_summary_counts_what_the_list_shows(self):
        Check = self.env['ar.health.check'].with_user(self.manager)
        lines = Check.search(Check.action_check()['domain'])
        for severity, count in Check._summary().items():
            self.assertEqual(len(lines.filtered(lambda line, s=severity: line.severity == s)), count)
