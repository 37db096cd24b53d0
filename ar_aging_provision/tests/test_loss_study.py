from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import ProvisionCommon


@tagged('post_install', '-at_install')
class TestLossStudy(ProvisionCommon):
    """Rates from the ledger, recounted by hand, and their adoption."""

    def _study(self, **values):
        study = (
            self.env['ar.loss.study']
            .with_user(self.accountant)
            .create(
                {
                    'name': "Study",
                    'aging_scheme_id': self.scheme.id,
                    'date_to': '2024-04-30',
                    'periods': 2,
                    'step': 'month',
                    **values,
                }
            )
        )
        study.action_compute()
        return study

    def test_roll_rate_follows_items_and_counts_write_offs(self):
        paid = self._invoice(100, due='2024-02-29')  # not due on 29 Feb
        rolled = self._invoice(300, due='2024-02-29')
        gone = self._invoice(200, due='2024-02-29', partner=self.env['res.partner'].create({'name': "Gone"}))
        self._pay(paid, '2024-03-10')
        self._pay(rolled, '2024-03-11', 60)
        write_off = self.env['ar.write.off'].create(
            {'partner_id': gone.partner_id.id, 'date': '2024-03-20', 'reason': "x"}
        )
        write_off.action_load()
        write_off.action_post()
        self._invoice(
            5000, day='2024-03-15', due='2024-04-30'
        )  # new business does not dilute the flow of the old
        study = self._study()
        rows = [[float(x) for x in row] for row in study.evidence['steps'][0]['rows']]
        self.assertEqual(
            (study.evidence['steps'][0]['from'], study.evidence['steps'][0]['to']),
            ('2024-02-29', '2024-03-31'),
        )
        self.assertEqual(rows[0], [600, 240, 200, 0, 3])  # (240 + 200) / 600
        step2 = [[float(x) for x in row] for row in study.evidence['steps'][1]['rows']]
        self.assertEqual(step2, [[5000, 0, 0, 5000, 1], [0, 0, 0, 0, 0], [240, 0, 0, 240, 1]])
        flow = 440 / 600  # what is still not due after the second step says nothing yet
        self.assertAlmostEqual(study.line_ids[0].flow, flow, 8)
        self.assertEqual([round(line.rate, 6) for line in study.line_ids], [round(flow, 6), 1, 1])
        pooled = self._study(averaging='pooled')
        self.assertAlmostEqual(pooled.line_ids[0].flow, 440 / 600, 8)
        self.assertEqual((study.line_ids[0].item_count, study.line_ids[0].step_count), (4, 2))
        self.assertIn("Not due rests on 4 items in 2 steps", study.doubts)

    def test_terms_longer_than_a_step_do_not_lower_the_rate(self):
        for month in range(1, 7):
            for _half in range(2):
                self._invoice(100, day=f'2024-0{month}-01', due=f'2024-0{month + 2}-15')
        items = self.env['account.move.line'].search(
            [('account_id.account_type', '=', 'asset_receivable'), ('partner_id', '=', self.customer.id)]
        )
        for paid in items.sorted('id')[::2]:
            self._pay(paid.move_id, paid.date_maturity)
        study = self._study(date_to='2024-07-31', periods=5)
        self.assertAlmostEqual(study.line_ids[0].flow, 0.5, 8)

    def _by_hand(self, invoice, amount, day, *debits):
        """Close ``amount`` of the invoice by an entry by hand against debits of (account, amount)."""
        item = invoice.line_ids.filtered(lambda line: line.account_type == 'asset_receivable')
        common = {'partner_id': invoice.partner_id.id}
        entry = self.env['account.move'].create(
            {
                'date': day,
                'journal_id': self.company_data['default_journal_misc'].id,
                'line_ids': [
                    Command.create({**common, 'account_id': item.account_id.id, 'balance': -amount}),
                    *(
                        Command.create({**common, 'account_id': account.id, 'balance': debit})
                        for account, debit in debits
                    ),
                ],
            }
        )
        entry.action_post()
        (item | entry.line_ids.filtered(lambda line: line.account_id == item.account_id)).reconcile()
        return entry

    def test_write_offs_of_before_the_suite_are_losses(self):
        expense = self.company_data['default_account_expense']
        vat = self.company_data['default_account_tax_sale']
        for debits in (
            ((expense, 100),),
            ((self.policy.allowance_account_id, 100),),
            ((expense, 80), (vat, 20)),
        ):
            self._by_hand(self._invoice(100, due='2024-02-29'), 100, '2024-03-20', *debits)
        self._pay(self._invoice(100, due='2024-02-29'), '2024-03-20')
        other = self.company_data['default_account_assets']
        self._by_hand(self._invoice(100, due='2024-02-29'), 100, '2024-03-20', (other, 100))
        rows = self._study(periods=2).evidence['steps'][0]['rows']
        self.assertEqual([float(amount) for amount in rows[0]], [500, 0, 300, 0, 5])
        vintage = self._study(method='vintage', periods=4)
        self.assertEqual(float(vintage.evidence['lifetime']), 300 / 500)

    def test_what_is_moved_to_doubtful_was_not_collected(self):
        doubtful = self.env['account.account'].create(
            {
                'name': "Doubtful",
                'code': '416000',
                'account_type': 'asset_current',
                'ar_receivable_kind': 'doubtful',
                'reconcile': True,
            }
        )
        self._invoice(100, due='2024-02-29')
        self.env['ar.doubtful.transfer'].create(
            {'partner_id': self.customer.id, 'date': '2024-03-20', 'account_id': doubtful.id}
        ).action_apply()
        rows = self._study().evidence['steps'][0]['rows']
        self.assertEqual([float(amount) for amount in rows[0]], [100, 0, 100, 0, 1])

    def test_last_years_rates_against_what_was_lost(self):
        self.assertIsNone(self._study().evidence['backtest'])
        lost = self._invoice(100, due='2024-06-15')
        paid = self._invoice(200, due='2024-06-15')
        self._invoice(300, due='2024-07-31')
        self._run()  # 5 % of 300, 1 % of 300
        self._by_hand(lost, 100, '2024-09-20', (self.company_data['default_account_expense'], 100))
        self._pay(paid, '2024-09-20')
        test = self._study(date_to='2025-06-30').evidence['backtest']
        self.assertEqual((test['from'], test['to']), ('2024-06-30', '2025-06-30'))
        self.assertEqual(
            [[row[0], row[1], *map(float, row[2:])] for row in test['rows']],
            [["Not due", 1, 300, 3, 0, 300], ["1-30", 2, 300, 15, 100, 0]],
        )
        self.assertEqual([float(amount) for amount in test['totals']], [600, 18, 100, 300])
        html = self._study(date_to='2025-06-30').evidence_html
        self.assertIn("Back-test", html)

    def test_rates_that_look_wrong_are_named(self):
        self.assertFalse(self.policy.rate_doubts)
        falling = self._policy([0.05, 0.01, 0.5], date_from='2024-02-01')
        self.assertEqual(
            falling.rate_doubts,
            "1-30 loses less (1.00 %) than Not due (5.00 %): rates usually rise with age.",
        )
        self.assertIn("Every rate is zero", self._policy([0, 0, 0], date_from='2024-02-02').rate_doubts)

    def test_collections(self):
        first = self._invoice(100, day='2024-03-05', due='2024-03-31')
        second = self._invoice(100, day='2024-03-05', due='2024-03-31')
        self._pay(first, '2024-03-20')
        self._pay(second, '2024-04-10', 70)
        study = self._study(method='collections')
        self.assertEqual([round(line.rate, 6) for line in study.line_ids], [0.15, 0.3, 1])
        self.assertEqual(float(study.evidence['loss']), 30)

    def test_vintage(self):
        sold = self._invoice(1000, day='2024-03-05', due='2024-03-31')
        write_off = self.env['ar.write.off'].create(
            {'partner_id': self.customer.id, 'date': '2024-04-20', 'reason': "x"}
        )
        write_off.action_load()
        write_off.line_ids.amount = 50
        write_off.action_post()
        study = self._study(method='vintage')
        self.assertEqual(study.evidence['lifetime'], '0.05')
        self.assertTrue(sold)

    def test_losses_of_years_for_the_outlook(self):
        for day, amount, lost in (('2022-05-01', 800, 40), ('2022-06-01', 200, 0), ('2023-05-01', 500, 100)):
            self._invoice(amount, day=day, due=day)
            if lost:
                write_off = self.env['ar.write.off'].create(
                    {'partner_id': self.customer.id, 'date': '2024-02-01', 'reason': "x"}
                )
                write_off.action_load()
                lines = write_off.line_ids
                lines.filtered(lambda line, day=day: str(line.move_id.invoice_date) != day).unlink()
                write_off.line_ids.amount = lost
                write_off.action_post()
        policy = self.policy.copy({'date_from': '2024-03-01', 'forward': 'indicator'})
        policy.indicator_ids = [
            Command.create({'name': name, 'value': i, 'loss_rate': 0.5})
            for i, name in enumerate(('2021', '2022', '2023', 'Q1 2024'))
        ]
        policy.with_user(self.accountant).action_losses_from_ledger()
        self.assertEqual(policy.indicator_ids.mapped('loss_rate'), [0.5, 0.04, 0.2, 0.5])

    def test_adoption_makes_a_version_with_the_evidence(self):
        self._invoice(100, due='2024-03-01')
        study = self._study()
        policy = self.env['ar.provision.policy'].browse(study.action_adopt()['res_id'])
        self.assertRecordValues(
            policy, [{'state': 'draft', 'study_id': study.id, 'previous_id': self.policy.id}]
        )
        self.assertEqual(policy.rate_ids.mapped('rate'), study.line_ids.mapped('rate'))
        self.assertTrue(
            policy.message_attachment_count
            or self.env['ir.attachment'].search_count(
                [('res_model', '=', policy._name), ('res_id', '=', policy.id)]
            )
        )
        with self.assertRaisesRegex(UserError, "is based on this study"):
            study.periods = 5
