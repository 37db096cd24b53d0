from datetime import date

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common import ProvisionCommon


@tagged('post_install', '-at_install')
class TestPolicy(ProvisionCommon):
    """The matrix, the outlook, assessments, segments, VAT, currencies, branches, through runs."""

    def _allowances(self, run=None):
        run = run or self._run(post=False)
        return {line.document: line.allowance for line in run.line_ids}

    def test_a_policy_in_force_is_not_edited(self):
        with self.assertRaisesRegex(UserError, "new version"):
            self.policy.forward_factor = 2
        with self.assertRaisesRegex(UserError, "new version"):
            self.policy.rate_ids = [Command.clear()]
        with self.assertRaisesRegex(UserError, "new version"):
            self.policy.rate_ids[0].rate = 0.9
        with self.assertRaisesRegex(UserError, "new version"):
            self.policy.rate_ids[0].unlink()
        with self.assertRaisesRegex(UserError, "new version"), self.env.cr.savepoint():
            self.policy.rate_ids[0].copy({'grade_id': self.env.ref('ar_base.grade_d').id})
        version = self.env['ar.provision.policy'].browse(self.policy.action_new_version()['res_id'])
        self.assertRecordValues(version, [{'state': 'draft', 'previous_id': self.policy.id}])
        with self.assertRaisesRegex(UserError, "new version"), self.env.cr.savepoint():
            version.rate_ids[0].provision_policy_id = self.policy
        with self.assertRaisesRegex(UserError, "use the buttons"):
            version.state = 'confirmed'
        self.assertEqual(version.rate_ids.mapped('rate'), self.policy.rate_ids.mapped('rate'))
        self._run(post=False)
        with self.assertRaisesRegex(UserError, "Runs rely"):
            self.policy.action_reset()

    def test_the_policy_of_the_date(self):
        later = self._policy([0, 0, 0], date_from='2024-07-01')
        Policy = self.env['ar.provision.policy']
        self.assertEqual(Policy._for_date(self.company, date(2024, 6, 30)), self.policy)
        self.assertEqual(Policy._for_date(self.company, date(2024, 7, 1)), later)
        self.assertFalse(Policy._for_date(self.company, date(2023, 1, 1)))

    def test_what_keeps_a_policy_from_being_put_in_force(self):
        for values, words in (
            ({'rate_ids': [Command.clear()]}, "no general rate for: Not due, 1-30, Over 30"),
            ({'forward_factor': 1.1}, "reason for the outlook"),
            (
                {'forward': 'scenarios', 'scenario_ids': [Command.create({'name': "Base", 'weight': 0.9})]},
                "sum to 100",
            ),
            ({'allowance_account_id': False}, "accounts for: Allowance"),
        ):
            with self.subTest(words), self.assertRaisesRegex(UserError, words):
                policy = self.policy.copy()
                policy.write(values)
                policy.action_confirm()
        with self.assertRaisesRegex(ValidationError, "between 0 and 100"):
            self.policy.copy().rate_ids[0].rate = 1.5

    def test_grade_multiplier_cap_and_rates_of_grade_and_segment(self):
        account = self.env['ar.credit.account'].sudo()._for_partner(self.customer, self.company)
        grade = account.grade_id = self.env['ar.credit.grade'].create(
            {'name': "T", 'code': "T", 'provision_multiplier': 3}
        )
        old = self._invoice(100, due='2024-01-31')
        late = self._invoice(100, due='2024-06-20')
        self.assertEqual(self._allowances(), {old.name: 100, late.name: 15})
        segment = self.env['ar.provision.segment'].create({'name': "Group"})
        bucket = self.scheme.bucket_ids[1]
        own = self._policy([0.01, 0.05, 0.5], date_from='2024-02-01')
        own.action_reset()
        own.rate_ids = [
            Command.create({'bucket_id': bucket.id, 'grade_id': grade.id, 'rate': 0.07}),
            Command.create({'bucket_id': bucket.id, 'segment_id': segment.id, 'rate': 0.002}),
        ]
        own.action_confirm()
        self.env['ar.provision.run'].search([]).unlink()
        self.assertEqual(self._allowances()[late.name], 7)  # named by the matrix: no multiplier on top
        account.provision_segment_id = segment
        self.env['ar.provision.run'].search([]).unlink()
        self.assertEqual(self._allowances()[late.name], 0.6)  # the segment's rate names no grade

    def test_outlook(self):
        old = self._invoice(100, due='2024-01-31')
        self._policy(
            [0.01, 0.05, 0.5],
            date_from='2024-02-01',
            forward='scenarios',
            forward_reason="Forecast",
            scenario_ids=[
                Command.create({'name': "Base", 'weight': 0.5, 'multiplier': 1}),
                Command.create({'name': "Bad", 'weight': 0.5, 'multiplier': 1.2}),
            ],
        )
        self.assertEqual(self._allowances()[old.name], 55)

    def test_outlook_from_an_indicator_with_its_fit(self):
        old = self._invoice(100, due='2024-01-31')
        policy = self._policy([0.01, 0.05, 0.5], date_from='2024-02-01').copy({'date_from': '2024-03-01'})
        policy.forward = 'indicator'
        with self.assertRaisesRegex(UserError, "at least 3 periods"):
            policy.action_confirm()
        # losses = 0.2 % + 0.3 % x unemployment, to the point
        policy.indicator_ids = [
            Command.create({'name': str(year), 'value': value, 'loss_rate': 0.002 + 0.003 * value})
            for year, value in zip(range(2016, 2024), (4, 5, 6, 5, 8, 7, 6, 5), strict=True)
        ]
        policy.write({'indicator_name': "Unemployment", 'indicator_expected': 7})
        mean = (4 + 5 + 6 + 5 + 8 + 7 + 6 + 5) / 8  # 5.75: 1.925 % was lost on average
        self.assertAlmostEqual(policy.multiplier, (0.2 + 0.3 * 7) / (0.2 + 0.3 * mean), 4)
        self.assertRegex(
            policy.indicator_fit,
            r"8 periods: losses = 0\.200 % \+ 0\.300 % × Unemployment, R² = 1\.00\. "
            r"At 7\.0*, 2\.300 %.*1\.925 %",
        )
        self.assertFalse(policy.indicator_doubts)
        with self.assertRaisesRegex(UserError, "reason for the outlook"):
            policy.action_confirm()
        policy.forward_reason = "Forecast of the labour office"
        policy.indicator_expected = 9
        self.assertRegex(policy.indicator_doubts, "9.* is outside of what was observed")
        policy.indicator_expected = 7
        policy.action_confirm()
        self.assertEqual(self._allowances()[old.name], round(100 * 0.5 * policy.multiplier, 2))
        frozen = self.env['ar.provision.run'].search([], limit=1).parameters
        self.assertIn("Forecast of the labour office\n8 periods", frozen['forward_reason'])
        printed, _type = self.env['ir.actions.report']._render_qweb_html(
            'ar_aging_provision.run_document', self.env['ar.provision.run'].search([], limit=1).ids
        )
        self.assertIn("Forecast of the labour office\n8 periods", printed.decode())

    def test_a_fit_on_few_periods_that_explains_little_says_so(self):
        policy = self.policy.copy({'date_from': '2024-03-01', 'forward': 'indicator'})
        policy.indicator_ids = [
            Command.create({'name': str(year), 'value': value, 'loss_rate': loss})
            for year, value, loss in ((2020, 1, 0.02), (2021, 2, 0.01), (2022, 3, 0.021), (2023, 4, 0.012))
        ]
        policy.indicator_expected = 2
        self.assertRegex(policy.indicator_doubts, r"4 periods are few.*\n.*explains \d+ %")

    def test_individual_assessment_of_customer_and_invoice(self):
        old, late = self._invoice(100, due='2024-01-31'), self._invoice(200, due='2024-06-20')
        Assessment = self.env['ar.provision.assessment'].with_user(self.accountant)
        one = Assessment.create(
            {
                'partner_id': self.customer.id,
                'move_id': late.id,
                'kind': 'amount',
                'amount': 120,
                'reason': "Lawsuit",
                'date_from': '2024-05-01',
            }
        )
        run = self._run(post=False)
        self.assertEqual(self._allowances(run), {old.name: 50, late.name: 120})
        self.assertEqual(run.line_ids.filtered('assessment_id').category, 'individual')
        one.active = False
        Assessment.create(
            {
                'partner_id': self.customer.id,
                'kind': 'rate',
                'rate': 1,
                'reason': "Insolvent",
                'date_from': '2024-05-01',
                'valid_until': '2024-06-30',
            }
        )
        run.action_compute()
        self.assertEqual(run.required, 300)
        with self.assertRaisesRegex(ValidationError, "already assessed"):
            Assessment.create(
                {
                    'partner_id': self.customer.id,
                    'kind': 'rate',
                    'rate': 0.5,
                    'reason': "x",
                    'date_from': '2024-06-30',
                }
            )
        self.assertEqual(self._run(date(2024, 7, 31), post=False).required, 150)  # ended: back in the pool

    def test_secured_part_and_no_pool(self):
        self._invoice(100, due='2024-01-31')
        self.env['ar.provision.assessment'].create(
            {
                'partner_id': self.customer.id,
                'kind': 'secured',
                'amount': 60,
                'reason': "Deposit",
                'date_from': '2024-01-01',
            }
        )
        run = self._run(post=False)
        self.assertEqual((run.line_ids.secured, run.required), (60, 20))
        self.env['ar.credit.account'].sudo()._for_partner(
            self.customer, self.company
        ).provision_segment_id = self.env.ref('ar_aging_provision.segment_excluded')
        run.action_compute()
        self.assertEqual((run.line_ids.category, run.required, run.gross), ('excluded', 0, 100))

    def test_related_parties_are_found(self):
        own = self.env.ref('ar_aging_provision.segment_related')
        self._invoice(100, partner=self.company.partner_id, due='2024-01-31')
        self.assertEqual(self._run(post=False).line_ids.segment_id, own)

    def test_credits_lower_their_own_customer_only(self):
        other = self.env['res.partner'].create({'name': "Other"})
        old = self._invoice(100, due='2024-01-31')
        self._invoice(500, partner=other, due='2024-01-31', move_type='out_refund')
        refund = self._invoice(30, due='2024-06-20', move_type='out_refund')
        run = self._run(post=False)
        self.assertEqual(run.required, 35)
        self.assertEqual(run.gross, 100 - 500 - 30)
        line = run.line_ids.filtered(lambda line: line.document == old.name)
        self.assertEqual((line.offset, line.base), (30, 70))
        self.assertEqual(run.line_ids.filtered(lambda line: line.document == refund.name).allowance, 0)

    def test_net_of_vat_for_partly_paid_mixed_rates(self):
        taxes = self.env['account.tax'].create(
            [{'name': f'{rate} %', 'amount': rate, 'type_tax_use': 'sale'} for rate in (19, 7)]
        )
        self._policy([0.01, 0.05, 0.5], date_from='2024-02-01', base='net', default_vat_rate=0.19)
        move = self._invoice(
            100,
            due='2024-01-31',
            invoice_line_ids=[
                Command.create({'name': tax.name, 'price_unit': 100, 'tax_ids': [Command.set(tax.ids)]})
                for tax in taxes
            ],
        )
        self.assertEqual(move.amount_total, 226)
        self._pay(move, '2024-03-01', 113)
        self.assertEqual(self._run(post=False).line_ids.base, 100)

    def test_closing_rate_and_exchange_part(self):
        eur = self.setup_other_currency(
            'EUR', rates=[('2024-01-01', 0.5), ('2024-06-01', 0.4), ('2024-07-01', 0.25)]
        )
        self._policy([0.1, 0.1, 0.1], date_from='2024-02-01', split_fx=True)
        self._invoice(100, currency_id=eur.id)
        run = self._run()
        self.assertEqual((run.gross, run.required), (250, 25))
        later = self._run(date(2024, 7, 31))
        self.assertEqual((later.required, later.adjustment_ids.fx, later.adjustment), (40, 15, 15))
        kinds = {
            line.ar_allowance_kind: -line.balance
            for line in later.move_ids.line_ids.filtered('ar_allowance_kind')
        }
        self.assertEqual(kinds, {'fx': 15})

    def test_branches_book_their_own_entry_on_the_accounts_of_the_main_company(self):
        branch = self.env['res.company'].create({'name': "Branch", 'parent_id': self.company.id})
        self.cr.precommit.run()
        self.env.user.company_ids |= branch
        for user in (self.accountant, self.approver):
            user.company_ids |= branch
        self._invoice(100, due='2024-01-31')
        self.env['account.move'].with_context(allowed_company_ids=[branch.id, self.company.id]).create(
            {
                'move_type': 'out_invoice',
                'partner_id': self.customer.id,
                'invoice_date': '2024-01-10',
                'invoice_date_due': '2024-01-31',
                'company_id': branch.id,
                'invoice_payment_term_id': False,
                'invoice_line_ids': [
                    Command.create({'name': "x", 'price_unit': 60, 'tax_ids': [Command.clear()]})
                ],
            }
        ).action_post()
        run = (
            self.env['ar.provision.run']
            .with_user(self.accountant)
            .with_context(allowed_company_ids=[self.company.id, branch.id])
            .create({'as_of': '2024-06-30', 'company_id': self.company.id})
        )
        run.action_compute()
        run = run.with_user(self.approver)
        run.action_approve()
        run.action_post()
        self.assertEqual(
            {move.company_id: move.amount_total for move in run.move_ids}, {self.company: 50, branch: 30}
        )
        self.assertEqual(self._allowance(), 80)

    def test_by_customer_charges_and_releases_are_gross(self):
        other = self.env['res.partner'].create({'name': "Other"})
        policy = self._policy(
            [0.01, 0.05, 0.5], date_from='2024-02-01', netting_level='customer', profile='fr', base='gross'
        )
        mine, theirs = (
            self._invoice(100, due='2024-01-31'),
            self._invoice(40, partner=other, day='2024-07-01', due='2024-07-05'),
        )
        self._run()
        self._pay(mine, '2024-07-10')
        run = self._run(date(2024, 8, 31))
        moved = {
            (line.partner_id, line.ar_allowance_kind): -line.balance
            for line in run.move_ids.line_ids.filtered('ar_allowance_kind')
        }
        self.assertEqual(moved, {(self.customer, 'reversal'): -50, (other, 'charge'): 20})
        self.assertTrue(theirs)
        self.assertEqual(self._allowance(date(2024, 8, 31), policy), 20)

    def test_release_all_charge_all_ends_at_the_same_allowance(self):
        self._policy([0.01, 0.05, 0.5], date_from='2024-02-01', mode='reverse_and_repost')
        self._invoice(100, due='2024-01-31')
        self._run()
        self._invoice(100, due='2024-02-28')
        run = self._run(date(2024, 7, 31))
        self.assertEqual(self._allowance(date(2024, 7, 31)), 100)
        self.assertEqual(
            sorted(run.move_ids.line_ids.filtered('ar_allowance_kind').mapped('balance')), [-100, 50]
        )
        self.assertFalse(self._run(date(2024, 7, 31)).move_ids)

    def test_individual_accounts_of_their_own(self):
        Account = self.env['account.account']
        values = {
            f'individual_{role}_account_id': Account.create(
                {'name': role, 'code': f'77{i}77', 'account_type': kind}
            ).id
            for i, (role, kind) in enumerate((('allowance', 'asset_current'), ('expense', 'expense')))
        }
        policy = self._policy([0.01, 0.05, 0.5], date_from='2024-02-01', **values)
        policy.action_reset()
        policy.write(values)
        policy.action_confirm()
        other = self.env['res.partner'].create({'name': "Other"})
        self._invoice(100, due='2024-01-31')
        self._invoice(10, partner=other, due='2024-01-31')
        self.env['ar.provision.assessment'].create(
            {'partner_id': other.id, 'kind': 'rate', 'rate': 0.9, 'reason': "x", 'date_from': '2024-01-01'}
        )
        run = self._run()
        booked = {line.account_id: line.balance for line in run.move_ids.line_ids}
        self.assertEqual(booked[policy.individual_allowance_account_id], -9)
        self.assertEqual(booked[policy.allowance_account_id], -50)
        self.assertEqual(self._allowance(policy=policy), 59)
        self.assertFalse(self._run().move_ids)
