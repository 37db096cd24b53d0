from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import CreditCommon


@tagged('post_install', '-at_install')
class TestWizards(CreditCommon):
    """Many limits at once, and a set-up that names what is wrong with it."""

    def test_mass_recalculation_asks_and_writes_nothing_itself(self):
        others = self.env['res.partner'].create(
            [{'name': f"Customer {i}", 'is_company': True} for i in range(2)]
        )
        accounts = self.account
        for partner in others:
            accounts |= self.env['ar.credit.account'].sudo()._for_partner(partner, self.company)
        accounts[0].credit_limit, accounts[1].credit_limit, accounts[2].is_unlimited = 1050, 90, True
        wizard = (
            self.env['ar.credit.recalculate']
            .with_user(self.controller)
            .with_context(active_model='ar.credit.account', active_ids=accounts.ids)
        )
        with Form(wizard) as form:
            form.percent = 10
            form.step = 100
            form.reason = "Yearly review"
        wizard = form.record
        self.assertEqual(
            {line.credit_account_id: line.new_limit for line in wizard.line_ids},
            {accounts[0]: 1100, accounts[1]: 0},
        )
        wizard.line_ids.filtered(lambda line: line.credit_account_id == accounts[1]).new_limit = 90
        action = wizard.action_create()
        change = self.env['ar.credit.change'].search(action['domain'])
        self.assertEqual(
            (change.credit_account_id, change.state, change.origin, change.new_limit),
            (accounts[0], 'submitted', 'mass', 1100),
        )
        self.assertEqual(accounts[0].credit_limit, 1050)
        with self.assertRaises(AccessError):
            change.with_user(self.controller).action_approve()
        change.with_user(self.manager).action_approve()
        self.assertEqual(accounts[0].credit_limit, 1100)

    def test_methods_of_recalculation(self):
        self.account.write({'credit_limit': 1000, 'grade_id': self.env.ref('ar_base.grade_c').id})
        self._invoice(333)
        for expected, values in (
            (700, {'method': 'grade'}),
            (250, {'method': 'amount', 'amount': 250, 'step': 0}),
            (366, {'method': 'usage', 'percent': 10, 'step': 1}),
            (900, {'method': 'percent', 'percent': -10}),
            (500, {'method': 'percent', 'percent': 100, 'maximum': 500}),
            (0, {'method': 'percent', 'percent': -150}),
        ):
            with self.subTest(values):
                wizard = self.env['ar.credit.recalculate'].create(
                    {'account_ids': self.account.ids, 'reason': "x", 'company_id': self.company.id, **values}
                )
                self.assertEqual(wizard.line_ids.new_limit, expected)
        wizard = self.env['ar.credit.recalculate'].create(
            {
                'account_ids': self.account.ids,
                'reason': "x",
                'company_id': self.company.id,
                'method': 'amount',
                'amount': 1000,
            }
        )
        with self.assertRaises(UserError):
            wizard.action_create()

    def _findings(self):
        return (
            self.env['ar.health.check']
            .search(self.env['ar.health.check'].action_check()['domain'])
            .filtered('name')
            .mapped('name')
        )

    def test_health_check_names_what_leaves_a_gap(self):
        self.company.ar_limit_documents = False
        found = '\n'.join(self._findings())
        for words in ("approval matrix is empty", "without approval", "gets unlimited credit"):
            self.assertIn(words, found)
        self.assertIn("No credit responsible", found)
        self.company.write(
            {
                'ar_limit_documents': True,
                'ar_strictness': 'hold',
                'ar_credit_responsible_id': self.controller.id,
            }
        )
        self.env['ar.approval.rule'].create(
            {'company_id': self.company.id, 'kind': 'order', 'user_ids': self.controller.ids}
        )
        found = '\n'.join(self._findings())
        for words in (
            "approval matrix is empty",
            "without approval",
            "unlimited credit",
            "No credit responsible",
        ):
            self.assertNotIn(words, found)
        self.company.ar_observe_until = '2099-12-31'
        self.assertIn("only observe", '\n'.join(self._findings()))

    def test_how_strict_is_one_setting(self):
        for strict in ('warn', 'none', 'hold'):
            self.company.ar_strictness = strict
            for code in ('no_file', 'no_credit', 'terms'):
                self.assertEqual(self._rule(code).outcome, strict)
        self._rule('terms', outcome='warn')
        self.company.invalidate_recordset()
        self.assertEqual(self.company.ar_strictness, 'custom')

    def test_health_check_names_what_is_wrong(self):
        self.assertFalse([name for name in self._findings() if "rule" in name])
        self.env['ar.credit.rule'].search([('company_id', '=', self.company.id)]).outcome = 'none'
        self.env['ar.approval.rule'].create(
            {'company_id': self.company.id, 'kind': 'order', 'user_ids': self.controller.ids}
        )
        self.controller.active = False
        self.account.write({'credit_limit': 5, 'limit_valid_until': '2020-01-01'})
        self.env.ref('ar_base.grade_e').min_score = 90
        self.env.ref('ar_credit_control.ir_cron_recheck').active = False
        found = '\n'.join(self._findings())
        for words in (
            "No credit rule holds",
            "people who have left",
            "1 credit limits have expired",
            "worse grade",
            "switched off",
        ):
            self.assertIn(words, found)
        for finding in self.env['ar.health.check'].search([('severity', '!=', '9')]):
            self.assertTrue(finding.remedy)
            self.assertTrue(finding.mends or not finding.action_xmlid or finding.action_open()['res_model'])
