from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from odoo.addons.ar_credit_control.tests.common import CreditCommon

STATEMENTS = {
    'has_current': True,
    'current_assets': 5200,
    'current_liabilities': 2600,
    'has_totals': True,
    'total_assets': 10000,
    'total_liabilities': 5200,
    'retained_earnings': 2100,
    'ebit': 950,
    'has_equity': True,
    'book_equity': 4800,
}


@tagged('post_install', '-at_install')
class TestAssessment(CreditCommon):
    """From the books to an applied limit, as the people who do it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.grades = {grade.code: grade for grade in cls.env['ar.credit.grade'].search([])}
        cls.card = cls.env.ref('ar_credit_assessment.scorecard_default')

    def _assess(self, **values):
        return (
            self.env['ar.credit.assessment']
            .with_user(self.controller)
            .create({'credit_account_id': self.account.id, 'scorecard_id': self.card.id, **values})
        )

    def _line(self, assessment, code):
        return assessment.line_ids.filtered(lambda line: line.code == code)

    # === Facts ===

    def test_books_fill_in_the_automatic_factors(self):
        self._pay(self._invoice(3000, overdue=30))
        self.env['ar.credit.security'].sudo().create(
            {
                'credit_account_id': self.account.id,
                'kind': 'guarantee',
                'amount': 500,
                'currency_id': self.company.currency_id.id,
            }
        )
        self.account.credit_limit = 1000
        assessment = self._assess(**STATEMENTS)
        values = {line.code: line.value for line in assessment.line_ids if line.has_value}
        self.assertAlmostEqual(values.pop('z2'), 3.99783, 5)
        self.assertAlmostEqual(values.pop('years_as_customer'), 30 / 365, 3)
        self.assertEqual(
            values,
            {
                'payment_index': 50.0,
                'max_days_late_12m': 30,
                'current_ratio': 2.0,
                'equity_ratio_pct': 48.0,
                'collateral_cover_pct': 50.0,
            },
        )
        self.assertEqual((assessment.z_score, assessment.z_zone), (3.998, 'safe'))
        self.assertEqual(assessment.missing_weight, 10)  # the sector
        self.assertEqual(assessment.average_monthly_sales, 3000)
        self.assertEqual(self.account.payment_index, 50.0)  # stored on the file as well
        for line in assessment.line_ids:
            self.assertTrue(line.origin, line.code)

    def test_zero_is_a_value_and_nothing_is_not(self):
        assessment = self._assess()
        sector, ratio = self._line(assessment, 'sector_risk'), self._line(assessment, 'current_ratio')
        self.assertFalse(sector.has_value or ratio.has_value)
        assessment.write({'line_ids': [Command.update(sector.id, {'value': 0})]})
        self.assertTrue(sector.has_value)
        self.assertEqual(sector.points, 100)
        assessment.write({'line_ids': [Command.update(sector.id, {'has_value': False})]})
        self.assertEqual(assessment.missing_weight, 85)
        assessment.write({'has_current': True, 'current_assets': 0, 'current_liabilities': 100})
        self.assertEqual((ratio.has_value, ratio.value, ratio.points), (True, 0, 0))
        assessment.has_current = False
        self.assertFalse(ratio.has_value)

    def test_form_computes_while_typing(self):
        assessment = self._assess()
        with Form(assessment) as form:
            form.current_assets = 300
            form.current_liabilities = 100
            self.assertTrue(form.has_current)
            self.assertEqual(form.working_capital, 200)
            with form.line_ids.edit(7) as line:
                line.value = 1
                self.assertTrue(line.has_value)
            self.assertIn(">60.0<", form.result_html)
        self.assertEqual(self._line(assessment, 'current_ratio').points, 100)
        # years 20 x 5, ratio 100 x 10, cover 0 x 10, sector 100 x 10, of 35
        self.assertEqual(assessment.score, 60.0)

    def test_missing_data_and_knock_outs_cap_the_grade(self):
        assessment = self._assess(**STATEMENTS)
        self._line(assessment, 'sector_risk').write({'value': 1})
        # 40 of 100 are missing, which is not more than 40.
        self.assertEqual(
            (assessment.score, assessment.scored_grade_id.code, assessment.caps), (73.3, 'B', '')
        )
        assessment.write({'has_totals': False})
        self.assertEqual(assessment.missing_weight, 65)
        self.assertEqual(assessment.caps, 'missing_data')
        assessment.flag_ids.filtered(lambda flag: flag.code == 'insolvent').is_set = True
        assessment.flag_ids.filtered(lambda flag: flag.code == 'written_off_24m').is_set = True
        self.assertEqual(assessment.caps, 'missing_data,insolvent,written_off_24m')
        self.assertEqual(assessment.scored_grade_id.code, 'E')
        self.assertIn("Insolvent or in insolvency proceedings: grade E at best.", assessment.result_html)

    def test_collateral_is_measured_by_what_is_asked_for(self):
        self.env['ar.credit.security'].sudo().create(
            {
                'credit_account_id': self.account.id,
                'kind': 'insurance',
                'amount': 500,
                'cover': 80,
                'currency_id': self.company.currency_id.id,
            }
        )
        assessment = self._assess()
        line = self._line(assessment, 'collateral_cover_pct')
        self.assertEqual((assessment.security_amount, line.value), (400, 100))
        assessment.requested_limit = 1600
        self.assertEqual(line.value, 25)

    # === Limit ===

    def test_limit_follows_need_capacity_and_grade(self):
        self._invoice(60000, overdue=60)
        assessment = self._assess(
            **{**STATEMENTS, 'book_equity': 480000, 'current_assets': 400000, 'current_liabilities': 90000}
        )
        assessment.override_grade_id = self.grades['B']
        # 30000 a month x (45 + 15) / 30, and the lower of 48000 and 62000
        self.assertEqual(
            (assessment.need, assessment.capacity, assessment.suggested_limit), (60000, 48000, 48000)
        )
        self.assertEqual((assessment.new_limit, assessment.new_terms_days), (48000, 45))
        assessment.override_grade_id = self.grades['D']
        self.assertEqual(
            (assessment.need, assessment.suggested_limit, assessment.new_terms_days), (30000, 9000, 15)
        )
        assessment.write({'is_limit_overridden': True, 'override_limit': 0})
        self.assertEqual((assessment.suggested_limit, assessment.new_limit), (9000, 0))
        assessment.write({'is_limit_overridden': False, 'override_grade_id': self.grades['A'].id})
        self.company.write({'ar_limit_maximum': 20000, 'ar_limit_step': 7000})
        assessment.action_read_books()
        assessment.override_grade_id = self.grades['B']
        self.assertEqual(assessment.suggested_limit, 14000)
        self.assertIn("rounded down to", assessment.limit_html)

    def test_new_customer_by_expected_sales(self):
        assessment = self._assess(override_grade_id=self.grades['C'].id)
        self.assertFalse(assessment.has_need)
        self.assertEqual(assessment.suggested_limit, 0)
        assessment.expected_monthly_sales = 20000
        self.assertEqual((assessment.need, assessment.suggested_limit), (30000, 21000))

    # === Way ===

    def test_way_to_an_applied_limit(self):
        self.company.ar_four_eyes = True
        self._invoice(60000, overdue=60)
        assessment = self._assess(**STATEMENTS)
        assessment.write({'override_grade_id': self.grades['B'].id})
        with self.assertRaisesRegex(UserError, "Say why"):
            assessment.action_submit()
        assessment.override_reason = "Parent company pays"
        assessment.action_submit()
        change = assessment.change_id
        self.assertEqual((assessment.state, change.origin, len(change)), ('submitted', 'assessment', 1))
        self.assertIn("Parent company pays", change.reason)
        with self.assertRaises(AccessError):
            assessment.action_approve()  # who asked
        self.assertEqual(assessment.state, 'submitted')
        assessment.with_user(self.manager).action_approve()
        self.assertEqual((assessment.state, change.state), ('applied', 'applied'))
        self.assertEqual((self.account.grade_id.code, self.account.credit_limit), ('B', assessment.new_limit))
        self.assertEqual((self.account.terms_days, self.account.terms_decided), (45, True))
        self.assertEqual(self.account.file_valid_until, assessment.date + relativedelta(months=12))

    def test_approved_for_later_is_applied_on_request(self):
        tomorrow = fields.Date.add(fields.Date.context_today(self.account), days=1)
        assessment = self._assess(
            override_grade_id=self.grades['C'].id, override_reason="Known", apply_on=tomorrow
        )
        assessment.action_submit()
        assessment.with_user(self.manager).action_approve()
        self.assertEqual(assessment.state, 'approved')
        assessment.with_user(self.manager).action_apply()
        self.assertEqual((assessment.state, self.account.grade_id.code), ('applied', 'C'))

    def test_rejected_and_assessed_again(self):
        assessment = self._assess(
            override_grade_id=self.grades['C'].id, override_reason="Known", has_current=True, current_assets=7
        )
        self._line(assessment, 'sector_risk').write({'value': 2, 'comment': "Steel"})
        assessment.action_submit()
        assessment.with_user(self.manager).action_reject()
        self.assertEqual(assessment.state, 'rejected')
        self.assertFalse(self.account.grade_id)
        action = assessment.action_assess_again()
        again = assessment.browse(action['res_id'])
        self.assertEqual((again.state, again.current_assets, again.change_id.id), ('draft', 7, False))
        self.assertEqual(
            (self._line(again, 'sector_risk').value, self._line(again, 'sector_risk').comment), (2, "Steel")
        )
        self.assertEqual(again._origin.line_ids & assessment.line_ids, again.line_ids.browse())

    def test_withdrawn_and_cancelled(self):
        assessment = self._assess(override_grade_id=self.grades['C'].id, override_reason="Known")
        assessment.action_submit()
        assessment.action_withdraw()
        self.assertEqual(assessment.state, 'cancelled')
        other = self._assess()
        other.action_cancel()
        self.assertEqual(other.state, 'cancelled')
        with self.assertRaisesRegex(UserError, "frozen"):
            other.action_submit()

    def test_nothing_known_is_not_submitted(self):
        for line in (assessment := self._assess()).line_ids:
            line.sudo()._record_facts({'has_value': False})
        self.assertFalse(assessment.new_grade_id)
        with self.assertRaisesRegex(UserError, "Nothing is known"):
            assessment.action_submit()

    def test_frozen_once_submitted(self):
        self._invoice(60000, overdue=60)
        assessment = self._assess(**STATEMENTS)
        line = self._line(assessment, 'sector_risk')
        line.write({'value': 2})
        assessment.action_submit()
        before = assessment.read(
            ['score', 'new_limit', 'scored_grade_id', 'need', 'present_limit', 'payment_index']
        )
        for act in (
            lambda: assessment.write({'current_assets': 1}),
            lambda: assessment.write({'conclusion': "x"}),
            lambda: assessment.write({'line_ids': [Command.update(line.id, {'value': 1})]}),
            lambda: line.write({'value': 1}),
            lambda: assessment.flag_ids[0].write({'is_set': True}),
            assessment.action_read_books,
            assessment.action_submit,
            assessment.unlink,
        ):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                act()
        # Policy, score card, books and settings go on; the record of what was decided on does not.
        self._invoice(10**6)
        self.card.factor_ids[:1].weight = 90
        self.card.factor_ids[1].threshold_ids.points = 1
        self.grades['E'].limit_factor = self.grades['C'].limit_factor = 3
        self.company.ar_limit_step = 1
        self.account.credit_limit = 5
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(
            assessment.read(
                ['score', 'new_limit', 'scored_grade_id', 'need', 'present_limit', 'payment_index']
            ),
            before,
        )
        self.assertEqual(sum(assessment.line_ids.mapped('weight')), 100)

    def test_assess_button_takes_the_draft_that_is_there(self):
        account = self.account.with_user(self.controller)
        first = account.action_assess()
        self._pay(self._invoice(100))
        self.assertEqual(account.action_assess()['res_id'], first['res_id'])
        assessment = self.env['ar.credit.assessment'].browse(first['res_id'])
        self.assertEqual(self._line(assessment, 'payment_index').value, 80)
        self.assertEqual(account.assessment_count, 1)

    def test_merged_customer_keeps_what_was_decided_on(self):
        other = self.env['res.partner'].create({'name': "Hua Trading (twice)", 'is_company': True})
        self._invoice(60000, overdue=60, partner=other)
        account = self.env['ar.credit.account'].sudo()._for_partner(other, self.company)
        assessment = self._assess(
            credit_account_id=account.id, override_grade_id=self.grades['B'].id, override_reason="Known"
        )
        assessment.action_submit()
        facts = assessment.average_monthly_sales, assessment.new_limit
        account._merge_into(self.account)
        self.assertEqual(assessment.credit_account_id, self.account)
        self.assertEqual((assessment.average_monthly_sales, assessment.new_limit), facts)
        self.assertEqual(assessment.change_id.credit_account_id, self.account)

    def test_started_from_the_list(self):
        form = Form(self.env['ar.credit.assessment'].with_user(self.controller))
        form.credit_account_id = self.account
        assessment = form.save()
        self.assertEqual((len(assessment.line_ids), len(assessment.flag_ids)), (8, 3))
        self.assertEqual(assessment.scorecard_id, self.card)

    # === Rights ===

    def test_rights(self):
        assessment = self._assess()
        with self.assertRaises(AccessError):
            assessment.with_user(self.viewer).read(['score'])
        self.account.partner_id.user_id = self.viewer
        self.assertTrue(assessment.with_user(self.viewer).read(['score']))
        for act in (
            lambda: self._assess().with_user(self.seller).read(['score']),
            lambda: self.env['ar.credit.assessment']
            .with_user(self.viewer)
            .create({'credit_account_id': self.account.id, 'scorecard_id': self.card.id}),
            lambda: assessment.with_user(self.viewer).write({'current_assets': 1}),
            lambda: assessment.with_user(self.viewer).action_submit(),
            lambda: assessment.with_user(self.viewer).action_read_books(),
            lambda: self.card.with_user(self.controller).write({'missing_share': 90}),
            lambda: self.env['ar.credit.index.point']
            .with_user(self.controller)
            .search([], limit=1)
            .write({'points': 100}),
            # Not even a controller enters what the books say.
            lambda: assessment.write({'score': 100}),
            lambda: assessment.write({'payment_index': 100, 'is_rated': True}),
            lambda: assessment.write({'state': 'applied'}),
            lambda: assessment.write({'change_id': False}),
            lambda: self._line(assessment, 'payment_index').write({'value': 100}),
            lambda: self._line(assessment, 'sector_risk').write({'weight': 100}),
            lambda: self.env['ar.credit.assessment.line']
            .with_user(self.controller)
            .create({'assessment_id': assessment.id, 'factor_id': self.card.factor_ids[0].id, 'code': 'x'}),
            lambda: assessment.write({'line_ids': [Command.clear()]}),
        ):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                act()
        for forged in (
            {'payment_index': 100},
            {'is_rated': True},
            {'present_limit': 9},
            {'state': 'applied'},
            {'score': 100},
        ):
            with self.subTest(forged), self.assertRaises(UserError), self.env.cr.savepoint():
                self._assess(**forged)
        draft = self._assess()
        self.assertEqual(
            (draft.payment_index, draft.is_rated, draft.state, draft.present_limit), (0, False, 'draft', 0)
        )
        self.assertFalse(self._line(draft, 'payment_index').has_value)
        draft.unlink()
        self.assertFalse(draft.exists())

    def test_companies(self):
        other = self.env['res.company'].create({'name': "Elsewhere"})
        account = self.env['ar.credit.account'].sudo()._for_partner(self.customer, other)
        assessment = self.env['ar.credit.assessment'].create(
            {'credit_account_id': account.id, 'scorecard_id': self.card.id}
        )
        card = self.card.copy({'company_id': other.id})
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            assessment.with_user(self.controller).read(['score'])
        with self.assertRaises(AccessError):
            assessment.line_ids.with_user(self.controller).read(['value'])
        with self.assertRaises(AccessError):
            card.with_user(self.controller).read(['name'])
        with self.assertRaises(UserError):
            self.env['ar.credit.assessment'].create(
                {'credit_account_id': self.account.id, 'scorecard_id': card.id}
            )
        branch = self.env['res.company'].create({'name': "Branch", 'parent_id': self.company.id})
        self.controller.write({'company_ids': [Command.set(branch.ids)], 'company_id': branch.id})
        self.assertTrue(self._assess().with_context(allowed_company_ids=branch.ids).read(['score']))
