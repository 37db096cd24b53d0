from odoo.exceptions import ValidationError
from odoo.tests import tagged

from odoo.addons.ar_credit_backtest.tests.common import BacktestCommon


@tagged('post_install', '-at_install')
class TestExtension(BacktestCommon):
    """What the addon appends is found wherever rules and exposure are."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.goods = (
            cls.env['ar.test.consignment']
            .sudo()
            .create([{'name': name, 'partner_id': cls.customer.id, 'amount': 350} for name in ("C1", "C2")])
        )
        cls.account.credit_limit = 1000

    def _confirm(self, amount):
        order = self._order(amount)
        order.with_user(self.seller).action_confirm_with_credit()
        return order

    def test_settings(self):
        rule = self._rule('consignments')
        self.assertEqual((rule.outcome, rule.max_consignments), ('none', 1))
        self.assertEqual((rule.display_name, rule.meaning), ("Goods on consignment", "Consignments: 1"))
        for model in ('ar.credit.rule', 'ar.credit.policy.line'):
            arch = self.env[model].with_user(self.manager).get_view(view_type='list')['arch']
            self.assertIn('max_consignments', arch)
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            rule.max_consignments = -1

    def test_rule_holds_and_says_so(self):
        self.assertEqual(self._confirm(10).credit_state, 'ok')
        self._rule('consignments', outcome='hold')
        order = self._confirm(10)
        self.assertEqual(order.credit_decision_ids.reasons, 'consignments')
        sentence = "Consignments at the customer: 2; 1 are allowed."
        self.assertIn(sentence, order.with_user(self.seller).credit_panel)
        self.assertEqual(order.credit_decision_ids.reason_ids.sentence, sentence)
        self.assertEqual(order.credit_decision_ids.reason_text, "Goods on consignment")
        self._rule('consignments', max_consignments=2)
        self._run_recheck()
        self.assertEqual(order.state, 'sale')

    def test_component_counts_and_opens(self):
        self.assertEqual((self.account.exposure, self.account.consignments), (700, 700))
        order = self._confirm(301)
        self.assertEqual(order.credit_decision_ids.over_by, 1)
        [component] = order.credit_decision_ids.snapshot['components']
        self.assertEqual((component['code'], component['amount']), ('consignments', 700))
        account = self.account.with_user(self.controller)
        action = account.with_context(component='consignments').action_open_exposure()
        lines = self.env[action['res_model']].with_user(self.controller).search(action['domain'])
        self.assertEqual(sorted(lines.mapped('name')), ["C1", "C2"])
        self.assertEqual(sum(lines.mapped('amount')), 700)
        summary = {part['code']: part['amount'] for part in account.credit_summary['components']}
        self.assertEqual(summary['consignments'], 700)

    def test_back_test_replays_the_rule(self):
        with self.on('2026-08-02'):
            self.confirm(50)
        backtest = self.backtest(
            policy_b_id=self.draft(consignments={'outcome': 'hold', 'max_consignments': 1}).id
        )
        self.assertEqual((backtest.held_count_a, backtest.held_count_b), (0, 1))
        self.assertEqual(backtest.line_ids.reason_text_b, "Goods on consignment")
