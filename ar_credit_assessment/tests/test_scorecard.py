from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.ar_credit_control.tests.common import CreditCommon


@tagged('post_install', '-at_install')
class TestScorecard(CreditCommon):
    """What makes a sound score card, and which one a company's customers are assessed with."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.card = cls.env.ref('ar_credit_assessment.scorecard_default')

    def test_score_card_is_checked(self):
        factor = self.card.factor_ids.filtered(lambda f: f.code == 'current_ratio')
        for values in (
            {'weight': 0},
            {'otherwise': 30},
            {'threshold_ids': [Command.clear()]},
            {'threshold_ids': [Command.create({'bound': 3, 'points': 90})]},
            {'threshold_ids': [Command.create({'bound': 2, 'points': 100})]},
            {'threshold_ids': [Command.create({'bound': 4, 'points': 101})]},
            {'direction': 'lower'},
        ):
            with (
                self.subTest(values),
                self.assertRaisesRegex(ValidationError, "Current ratio"),
                self.env.cr.savepoint(),
            ):
                factor.write(values)
        with self.assertRaises(ValidationError):
            self.card.missing_share = 101
        self.assertEqual(factor.scale_text, "≥ 2: 100, ≥ 1.5: 80, ≥ 1.2: 60, ≥ 1: 40, ≥ 0.8: 20, otherwise 0")

    def test_own_score_card_of_the_company(self):
        card = self.card.copy({'company_id': self.company.id, 'name': "Ours"})
        card.factor_ids.filtered(lambda f: f.code != 'sector_risk').unlink()
        self.company.ar_scorecard_id = card
        action = self.account.with_user(self.controller).action_assess()
        assessment = self.env['ar.credit.assessment'].browse(action['res_id'])
        self.assertEqual(assessment.line_ids.mapped('code'), ['sector_risk'])
        assessment.with_user(self.controller).scorecard_id = self.card
        self.assertEqual(len(assessment.line_ids), 8)
