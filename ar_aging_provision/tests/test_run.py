import io
from datetime import date

import openpyxl
import psycopg2

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..report.ar_provision_what_if_xlsx import comparison
from .common import AS_OF, ProvisionCommon


@tagged('post_install', '-at_install')
class TestRun(ProvisionCommon):
    """Compute, approve, post the difference, reverse: with the roles that do it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.fresh = cls._invoice(1000)
        cls.late = cls._invoice(200, due='2024-06-20')
        cls.old = cls._invoice(300, due='2024-03-01')

    def test_lines_are_frozen_and_the_allowance_is_booked(self):
        run = self._run()
        self.assertEqual(
            {line.document: (line.bucket_id.name, line.rate, line.allowance) for line in run.line_ids},
            {
                self.fresh.name: ("Not due", 0.01, 10),
                self.late.name: ("1-30", 0.05, 10),
                self.old.name: ("Over 30", 0.5, 150),
            },
        )
        self.assertRecordValues(
            run,
            [
                {
                    'state': 'posted',
                    'gross': 1500,
                    'required': 170,
                    'booked': 0,
                    'adjustment': 170,
                    'computed_by_id': self.accountant.id,
                    'approved_by_id': self.approver.id,
                }
            ],
        )
        self.assertEqual(self._allowance(), 170)
        self.assertRecordValues(run.move_ids, [{'state': 'posted', 'date': AS_OF}])
        line = run.move_ids.line_ids.filtered('ar_allowance_kind')
        self.assertEqual((line.ar_allowance_kind, line.credit, line.partner_id.id), ('charge', 170, False))
        self._pay(self.old, '2024-06-15')  # entered late: the past changes, the lines do not
        self.assertEqual(sum(run.line_ids.mapped('residual')), 1500)

    def test_a_second_run_books_nothing(self):
        self._run()
        again = self._run()
        self.assertEqual((again.state, again.adjustment, again.move_ids.ids), ('posted', 0, []))
        self.assertEqual(self._allowance(), 170)

    def test_only_the_difference_whatever_moved_the_allowance(self):
        self._run()
        account = self.policy.allowance_account_id
        move = self.env['account.move'].create(
            {
                'date': '2024-07-10',
                'line_ids': [  # written off beyond what was provided
                    Command.create({'account_id': account.id, 'balance': 200}),
                    Command.create(
                        {'account_id': self.company_data['default_account_revenue'].id, 'balance': -200}
                    ),
                ],
            }
        )
        move.action_post()
        self._pay(self.fresh, '2024-07-15')
        run = self._run(date(2024, 7, 31))
        self.assertRecordValues(
            run, [{'required': 250, 'booked': -30, 'adjustment': 280}]
        )  # 200 + 300 are over 30 days now
        self.assertEqual(self._allowance(date(2024, 7, 31)), 250)
        self._pay(self.old, '2024-08-15')
        release = self._run(date(2024, 8, 31))
        self.assertRecordValues(release, [{'required': 100, 'booked': 250, 'adjustment': -150}])
        self.assertEqual(
            release.move_ids.line_ids.filtered('ar_allowance_kind').ar_allowance_kind, 'reversal'
        )

    def test_the_person_who_computed_does_not_approve(self):
        run = self._run(post=False)
        with self.assertRaisesRegex(UserError, "Another user"):
            run.action_approve()
        wizard = (
            self.env['ar.provision.override']
            .with_user(self.approver)
            .create({'line_ids': run.line_ids.ids, 'how': 'rate', 'rate': 1, 'reason': "Insolvent"})
        )
        wizard.action_apply()
        with self.assertRaisesRegex(UserError, "Another user"):  # now the approver changed figures
            run.with_user(self.approver).action_approve()
        run.with_user(self.accountant).action_approve()
        self.assertEqual((run.state, run.required), ('approved', 1500))

    def test_override_is_kept_with_its_reason_and_can_be_undone(self):
        run = self._run(post=False)
        line = run.line_ids.filtered(lambda line: line.document == self.late.name)

        def apply(**values):
            Override = self.env['ar.provision.override'].with_user(self.accountant)
            return Override.create({'line_ids': line.ids, **values}).action_apply()

        with self.assertRaisesRegex(UserError, "reason"):
            apply(how='rate', rate=0.9)
        with self.assertRaisesRegex(UserError, "between 0"):
            apply(how='amount', amount=201, reason="x")
        apply(how='rate', rate=0.9, reason="No answer")  # and then the customer called
        apply(how='amount', amount=77.7, reason="Promise in writing")
        self.assertRecordValues(
            line,
            [
                {
                    'computed': 10,
                    'allowance': 77.7,
                    'is_overridden': True,
                    'override_reason': "Promise in writing",
                    'override_user_id': self.accountant.id,
                }
            ],
        )
        self.assertEqual((run.required, run.adjustment), (237.7, 237.7))
        apply(how='reset')
        self.assertEqual((run.required, line.is_overridden), (170, False))

    def test_accounts_are_named_with_their_codes(self):
        run = self._run(post=False).with_user(self.accountant)
        receivable = self.company_data['default_account_receivable']
        self.assertIn(f'{receivable.code} {receivable.name}', run.matrix_html)
        for account in (self.policy.allowance_account_id, self.policy.expense_account_id):
            self.assertIn(f'{account.code} {account.name}', run.entry_html)

    def test_preview_is_what_is_booked(self):
        run = self._run(post=False)
        plan = [
            (line['account_id'], float(line['balance']))
            for lines in run._entry_plan().values()
            for line in lines
        ]
        self.assertIn('170.00', run.entry_html)
        run.with_user(self.approver).action_approve()
        self.assertEqual(run.move_ids.state, 'draft')
        self.assertEqual(
            [(line.account_id.id, line.balance) for line in run.move_ids.line_ids.sorted('id')], plan
        )

    def test_a_lock_date_refuses_before_anything_is_written(self):
        run = self._run(post=False).with_user(self.approver)
        self.company.fiscalyear_lock_date = AS_OF
        with self.assertRaisesRegex(UserError, "locked"):
            run.action_approve()
        self.assertFalse(run.move_ids)
        self.company.fiscalyear_lock_date = False
        run.action_approve()
        self.company.fiscalyear_lock_date = AS_OF
        with self.assertRaisesRegex(UserError, "locked"):
            run.action_post()
        self.assertEqual((run.state, run.move_ids.state, run.move_ids.date), ('approved', 'draft', AS_OF))

    def test_an_allowance_that_moved_in_between_is_noticed(self):
        run = self._run(post=False).with_user(self.approver)
        run.action_approve()
        other = self.env['account.move'].create(
            {
                'date': '2024-06-01',
                'line_ids': [
                    Command.create({'account_id': self.policy.allowance_account_id.id, 'balance': -5}),
                    Command.create(
                        {'account_id': self.company_data['default_account_revenue'].id, 'balance': 5}
                    ),
                ],
            }
        )
        other.action_post()
        with self.assertRaisesRegex(UserError, "Compute it again"):
            run.action_post()
        with self.assertRaisesRegex(UserError, "Compute it again"):
            run.move_ids.sudo().action_post()  # past the run, by the entry itself
        run.action_back()
        self.assertFalse(run.move_ids)
        run.with_user(self.accountant).action_compute()
        self.assertEqual(run.adjustment, 165)

    def test_reversal(self):
        run = self._run()
        with self.assertRaisesRegex(UserError, "Reverse the run"):
            run.move_ids.sudo().button_draft()
        run.action_reverse()
        self.assertEqual((run.state, self._allowance()), ('reversed', 0))
        self.assertEqual(len(run.line_ids), 3)
        self.assertEqual(self._run().adjustment, 170)

    def test_an_earlier_run_waits_for_the_later_one(self):
        first = self._run()
        later = self._run(date(2024, 7, 31))
        with self.assertRaisesRegex(UserError, later.name):
            first.action_reverse()
        later.action_reverse('2024-08-01')
        first.action_reverse()
        self.assertEqual(self._allowance(date(2024, 8, 1)), 0)

    def test_reversed_on_the_next_day_where_the_policy_says_so(self):
        self.policy = self._policy([0.01, 0.05, 0.5], auto_reverse=True, date_from='2024-02-01')
        run = self._run()
        self.assertEqual(
            (run.state, self._allowance(), self._allowance(date(2024, 7, 1))), ('posted', 170, 0)
        )

    def test_one_open_run_per_company_and_date(self):
        run = self._run(post=False)
        Run = self.env['ar.provision.run'].with_user(self.accountant)
        self.assertEqual(Run._start(self.company, AS_OF), run)
        with (
            self.assertRaises(psycopg2.errors.UniqueViolation),
            mute_logger('odoo.sql_db'),
            self.env.cr.savepoint(),
        ):
            Run.create({'as_of': AS_OF, 'company_id': self.company.id})

    def test_roles(self):
        run = self._run(post=False)
        with self.assertRaises(AccessError):
            run.line_ids.with_user(self.accountant).write({'allowance': 1})
        with self.assertRaisesRegex(UserError, "are computed"):
            run.with_user(self.accountant).write({'required': 1})
        with self.assertRaisesRegex(UserError, "are computed"):
            run.with_user(self.accountant).write({'state': 'posted'})
        with self.assertRaisesRegex(UserError, "are computed"):
            run.sudo().write({'state': 'posted'})
        with self.assertRaisesRegex(UserError, "keeps its date"):
            run.sudo().write({'as_of': '2024-05-31'})
        collector = self._user('provcollector', 'ar_base.group_collector')
        for model in ('ar.provision.run', 'ar.provision.line', 'ar.provision.policy', 'ar.write.off'):
            with self.assertRaises(AccessError):
                self.env[model].with_user(collector).search([])

    def test_no_policy_is_said(self):
        self.policy.write({'active': False})
        run = (
            self.env['ar.provision.run']
            .with_user(self.accountant)
            .create({'as_of': AS_OF, 'company_id': self.company.id})
        )
        with self.assertRaisesRegex(UserError, "in force"):
            run.action_compute()

    def test_nothing_open(self):
        run = self._run(date(2024, 1, 5))
        self.assertEqual((run.state, run.line_count, run.adjustment), ('posted', 0, 0))

    def test_report_and_papers(self):
        run = self._run()
        values = run._report_values()
        self.assertEqual(
            [(row['name'], row['residual'], row['allowance']) for row in values['rows']],
            [("Not due", 1000, 10), ("1-30", 200, 10), ("Over 30", 300, 150)],
        )
        self.assertEqual(values['debtors'][0]['residual'], 1500)
        self.assertIn('170.00', run.matrix_html)
        self.assertEqual(run.action_export()['type'], 'ir.actions.act_url')
        pdf, kind = (
            self.env['ir.actions.report']
            .with_context(force_report_rendering=True)
            ._render_qweb_pdf('ar_aging_provision.run_document', run.ids)
        )
        self.assertEqual((kind, pdf[:4]), ('pdf', b'%PDF'))

    def test_completeness_against_every_account_of_receivables(self):
        made = self.env['account.account'].create(
            [
                {
                    'name': kind,
                    'code': f'19{number}',
                    'account_type': 'asset_current',
                    'ar_receivable_kind': kind,
                }
                for number, kind in enumerate(('bill', 'contract', 'other'))
            ]
        )
        lines = [(account, 100 * i) for i, account in enumerate(made, 1)]
        entry = self.env['account.move'].create(
            {
                'date': '2024-02-01',
                'line_ids': [
                    Command.create(
                        {'account_id': account.id, 'balance': amount, 'partner_id': self.customer.id}
                    )
                    for account, amount in [
                        *lines,
                        (self.company_data['default_account_revenue'], -600),
                    ]
                ],
            }
        )
        entry.action_post()
        run = self._run(post=False)
        found = {
            row['kind']: (row['ledger'], row['base'], row['left_out'])
            for row in run._report_values()['accounts']
        }
        self.assertEqual(
            found,
            {
                "Trade receivables": (1500, 1500, 0),
                "Bills and notes receivable": (100, 100, 0),
                "Contract assets": (200, 200, 0),
                "Other receivables": (300, 0, 300),
            },
        )
        self.assertEqual(run.gross, 1800)

    def test_what_if(self):
        run = self._run()
        stricter = self._policy([0.02, 0.10, 1.0], date_from='2025-01-01')
        wizard = (
            self.env['ar.provision.what.if']
            .with_user(self.accountant)
            .create({'run_id': run.id, 'provision_policy_id': stricter.id})
        )
        self.assertEqual((wizard.required, wizard.other_required, wizard.difference), (170, 340, 170))
        same = (
            self.env['ar.provision.what.if']
            .with_user(self.accountant)
            .create({'run_id': run.id, 'provision_policy_id': self.policy.id})
        )
        self.assertEqual(same.difference, 0)
        oldest = self.scheme.bucket_ids[-1]
        same.action_set_figures({f'{oldest.id}|0|0': 100})
        self.assertEqual((same.other_required, same.difference), (320, 150))
        self.assertEqual(self.policy.rate_ids.mapped('rate'), [0.01, 0.05, 0.5], "the policy stays")
        with self.assertRaisesRegex(UserError, "between 0 and 100"):
            same.action_set_figures({f'{oldest.id}|0|0': 101})
        book = openpyxl.load_workbook(io.BytesIO(comparison(wizard)))
        rows = list(book.active.values)
        self.assertEqual(
            rows[2][1:4], ("Open Amount", f"Run: {self.policy.name}", f"What if: {stricter.name}")
        )
        self.assertEqual(rows[-2][1:], (1500, 170, 340, '=D4-C4'))
        self.assertEqual(rows[-1], ("Total", *(f'=SUM({column}4)' for column in 'BCDE')))
        self.assertEqual(book.active['B4'].number_format, '#,##0.00;[Red]-#,##0.00')
