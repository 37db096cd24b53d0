from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user, tagged

from ..rules import charts


@tagged('post_install', '-at_install')
class TestCharts(TransactionCase):
    """The accounts by role, in companies with the real charts of what is installed."""

    def _policy(self, chart):
        company = self.env['res.company'].create({'name': f'Chart {chart}'})
        if chart:
            self.env['account.chart.template'].try_loading(chart, company, install_demo=False)
        env = self.env(context={**self.env.context, 'allowed_company_ids': company.ids, 'lang': 'en_US'})
        return env['ar.provision.policy'].create(
            {'company_id': company.id, 'aging_scheme_id': env.ref('ar_base.aging_scheme_years').id}
        )

    def _codes(self, policy, *roles):
        return [policy[f'{role}_account_id'].with_company(policy.company_id).code for role in roles]

    def test_chinese_enterprise_chart(self):
        if 'l10n_cn' not in self.env.registry._init_modules:
            self.skipTest("l10n_cn is not installed")
        policy = self._policy('cn_large_bis')
        self.assertEqual(policy.profile, 'cn')
        # 1231 is the allowance here and other current assets in the chart of small enterprises.
        self.assertEqual(
            self._codes(policy, 'allowance', 'expense', 'recovery'), ['123100', '672100', '630100']
        )
        self.assertEqual(policy._role_account('impairment_reversal'), policy.expense_account_id)

    def test_chinese_small_enterprise_chart_has_no_allowance(self):
        if 'l10n_cn' not in self.env.registry._init_modules:
            self.skipTest("l10n_cn is not installed")
        policy = self._policy('cn')
        self.assertEqual(policy.profile, 'direct')
        before = policy.env['account.account'].search_count([])
        self.assertIs(policy.action_map_accounts(), True)
        self.assertEqual(self._codes(policy, 'allowance', 'expense'), [False, False])
        self.assertEqual(self._codes(policy, 'write_off', 'recovery'), ['571101', '530100'])
        self.assertEqual(policy.env['account.account'].search_count([]), before)

    def test_a_run_without_an_allowance_books_nothing_and_says_why(self):
        if 'l10n_cn' not in self.env.registry._init_modules:
            self.skipTest("l10n_cn is not installed")
        policy = self._policy('cn')
        policy.date_from = '2024-01-01'
        policy.action_confirm()
        customer = self.env['res.partner'].create({'name': "Hua", 'is_company': True})
        invoice = policy.env['account.move'].create(
            {
                'move_type': 'out_invoice',
                'partner_id': customer.id,
                'invoice_date': '2024-01-10',
                'date': '2024-01-10',
                'invoice_line_ids': [
                    Command.create({'name': "x", 'price_unit': 100, 'tax_ids': [Command.clear()]})
                ],
            }
        )
        invoice.action_post()
        run = policy.env['ar.provision.run'].create({'as_of': '2024-06-30'})
        run.action_compute()
        self.assertEqual((run.gross, run.required, run.adjustment), (100, 0, 0))
        self.assertIn("no allowance is kept", run.nothing_to_book)
        with self.assertRaisesRegex(UserError, "no allowance is kept"):
            run.action_approve()
        write_off = policy.env['ar.write.off'].create(
            {'partner_id': customer.id, 'date': '2024-07-15', 'reason': "x"}
        )
        write_off.action_load()
        write_off.action_post()
        loss = write_off.move_id.line_ids.filtered(lambda line: line.balance > 0)
        self.assertEqual((loss.account_id, loss.balance), (policy.write_off_account_id, 100))

    def test_without_a_mapping_the_person_chooses_and_nothing_is_created(self):
        policy = self._policy(False)
        before = policy.env['account.account'].search_count([])
        said = policy.action_map_accounts()
        self.assertIn("Allowance, Impairment Loss", said['params']['message'])
        self.assertEqual(policy.env['account.account'].search_count([]), before)

    def test_generic_chart_gets_what_it_lacks_once(self):
        policy = self._policy('generic_coa')
        self.assertEqual(policy.profile, 'us')
        self.assertFalse(policy.allowance_account_id)
        policy.action_map_accounts()
        again = policy.copy()
        again.action_map_accounts()
        self.assertEqual(policy.allowance_account_id, again.allowance_account_id)
        self.assertEqual(policy.allowance_account_id.account_type, 'asset_current')

    def test_the_chart_is_changed_only_by_those_who_may(self):
        policy = self._policy('generic_coa')
        user = new_test_user(
            self.env,
            'chartless',
            groups='base.group_user,ar_base.group_accountant',
            company_id=policy.company_id.id,
            company_ids=[Command.set(policy.company_id.ids)],
        )
        with self.assertRaisesRegex(UserError, "Accounting Administrator"):
            policy.with_user(user).action_map_accounts()
        plain = policy.env['account.account'].create(
            {'name': "Doubtful", 'code': '121998', 'account_type': 'asset_current'}
        )
        policy.doubtful_account_id = plain
        with self.assertRaisesRegex(UserError, "Accounting Administrator"):
            policy.with_user(user)._open_doubtful_account()
        policy._open_doubtful_account()
        self.assertTrue(plain.reconcile)

    def test_no_chart_names_what_is_missing(self):
        policy = self._policy(False)
        policy.rate_ids = [
            Command.create({'bucket_id': bucket.id, 'rate': 0.1})
            for bucket in policy.aging_scheme_id.bucket_ids
        ]
        with self.assertRaisesRegex(UserError, "Allowance, Impairment Loss, Journal"):
            policy.action_confirm()

    def test_every_mapped_account_exists_in_the_installed_charts(self):
        known = self.env['account.chart.template']._get_chart_template_mapping()
        for code, chart in charts.CHARTS.items():
            if known.get(code, {}).get('module') not in self.env.registry._init_modules:
                continue
            with self.subTest(code):
                accounts = set(
                    self.env['account.chart.template']._get_chart_template_data(code)['account.account']
                )
                for role, candidates in chart.items():
                    self.assertTrue(accounts & set(candidates), f'{code}: {role}')
                self.assertLessEqual(set(chart), set(charts.ROLES))
