from datetime import date
from itertools import product

import psycopg2

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import AgingCommon


@tagged('post_install', '-at_install')
class TestAgingSnapshot(AgingCommon):
    """What is frozen is the aging of that moment, ties to the ledger, and stays."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountant, cls.manager = cls._user('accountant'), cls._user('manager')
        cls.Snapshot = cls.env['ar.aging.snapshot']

    def _ledger_of_some_documents(self):
        self.old = self._invoice(100, day='2024-01-01')
        self.foreign = self._invoice(10, day='2024-01-20', currency=self.eur)
        self._pay(self.foreign, '2024-02-05', 4)
        self._invoice(30, day='2024-02-10', move_type='out_refund')
        self._pay(self.old, '2024-03-20', 60)

    def _take(self, as_of, user=None, **values):
        return self.Snapshot.with_user(user or self.accountant).create(
            {'as_of': as_of, 'aging_scheme_id': self.days.id, **values}
        )

    def _balance(self, as_of):
        [[balance]] = self.env['account.move.line']._read_group(
            [
                ('account_id.account_type', '=', 'asset_receivable'),
                ('company_id', '=', self.env.company.id),
                ('parent_state', '=', 'posted'),
                ('date', '<=', as_of),
            ],
            [],
            ['balance:sum'],
        )
        return balance

    def test_total_is_the_ledger_whatever_the_options(self):
        self._ledger_of_some_documents()
        for as_of, basis, credits in product(
            ('2024-01-10', '2024-01-31', '2024-02-29', '2024-03-31'),
            ('due', 'invoice', 'posting'),
            ('own_bucket', 'separate', 'fifo_oldest'),
        ):
            with self.subTest(as_of=as_of, basis=basis, credits=credits):
                snapshot = self._take(as_of, basis=basis, credits=credits)
                self.assertAlmostEqual(snapshot.total, self._balance(as_of), 2)
                self.assertAlmostEqual(sum(snapshot.line_ids.mapped('residual')), snapshot.total, 2)
                self.assertRecordValues(
                    snapshot,
                    [
                        {
                            'ledger': snapshot.total,
                            'booked': snapshot.total,
                            'difference': 0,
                            'computed_by': self.accountant.id,
                        }
                    ],
                )

    def test_lines_are_the_open_items_with_copied_names(self):
        self._ledger_of_some_documents()
        self.env['ar.credit.account'].sudo()._for_partner(
            self.customer, self.env.company
        ).grade_id = self.env.ref('ar_base.grade_b')
        snapshot = self._take('2024-02-29', credits='separate', basis='due')
        found = {
            (line.bucket_name, line.currency_id.name): (line.residual, line.residual_currency)
            for line in snapshot.line_ids
        }
        usd = self.env.company.currency_id.name
        self.assertEqual(
            found, {("31-60 days", usd): (100, 100), ("31-60 days", 'EUR'): (12, 6), (False, usd): (-30, -30)}
        )
        line = snapshot.line_ids[0]
        self.assertEqual(
            (line.partner_name, line.grade_name, line.as_of),
            ("Hua", self.env.ref('ar_base.grade_b').name, date(2024, 2, 29)),
        )
        self.assertEqual(line.account_code, self.company_data['default_account_receivable'].code)
        self.assertEqual(snapshot.parameters['buckets'][0], ["Not due", None, 0])
        self.assertIn("82.00", snapshot.tie_out_html)

    def test_closing_rate_is_distinguished_from_what_is_booked(self):
        self._ledger_of_some_documents()
        snapshot = self._take('2024-03-31', valuation='closing')  # 6 EUR booked at 2 are worth 2.5 each
        self.assertAlmostEqual(snapshot.total - snapshot.booked, 3, 2)
        self.assertEqual(snapshot.difference, 0)
        self.assertIn(
            2.5,
            [rate for _company, currency, rate in snapshot.parameters['rates'] if currency == self.eur.id],
        )

    def test_past_changes_and_the_snapshot_stays(self):
        self._ledger_of_some_documents()
        snapshot = self._take('2024-03-31')
        before = snapshot.line_ids.mapped('residual')
        self.old.line_ids.remove_move_reconcile()
        self.customer.name = "Hua Ltd"
        self.env.invalidate_all()
        self.assertEqual(snapshot.line_ids.mapped('residual'), before)
        self.assertEqual(set(snapshot.line_ids.mapped('partner_name')), {"Hua"})

    def test_nobody_changes_it_and_a_manager_archives(self):
        self._invoice(100)
        snapshot = self._take('2024-01-31')
        for user, change in (
            (self.accountant, lambda s: s.write({'active': False})),
            (self.manager, lambda s: s.write({'total': 1})),
            (self.manager, lambda s: s.write({'active': False, 'as_of': '2024-02-01'})),
            (self.manager, lambda s: s.sudo().unlink()),
            (self.manager, lambda s: s.sudo().line_ids.write({'residual': 1})),
            (self.manager, lambda s: s.sudo().line_ids.unlink()),
            (self.manager, lambda s: s.line_ids.create({'snapshot_id': s.id})),
        ):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                change(snapshot.with_user(user))
        snapshot.with_user(self.manager).action_archive()
        self.assertFalse(self.env['ar.aging.snapshot.line'].search([('as_of', '=', '2024-01-31')]))
        self.assertTrue(self._take('2024-01-31') - snapshot)

    def test_given_figures_are_ignored(self):
        self._invoice(100)
        snapshot = self._take('2024-01-31', total=7, month_end=False, parameters={'scheme': "x"})
        self.assertEqual((snapshot.total, snapshot.parameters['scheme']), (100, self.days.name))

    def test_once_per_date_and_options(self):
        self._invoice(100)
        snapshot = self._take('2024-01-31')
        with (
            self.assertRaises(psycopg2.errors.UniqueViolation),
            self.env.cr.savepoint(),
            mute_logger('odoo.sql_db'),
        ):
            self._take('2024-01-31')
        self.assertEqual(self.Snapshot._take(self.env.company, '2024-01-31', self.days), snapshot)
        self.assertNotEqual(
            self.Snapshot._take(self.env.company, '2024-01-31', self.days, credits='separate'), snapshot
        )

    def test_future_is_refused(self):
        with self.assertRaisesRegex(UserError, "is in the future"):
            self._take('2099-01-31')

    def test_viewer_has_no_snapshots(self):
        viewer = self._user('viewer')
        for call in (
            lambda: self._take('2024-01-31', viewer),
            lambda: self.Snapshot.with_user(viewer).search([]),
        ):
            with self.assertRaises(AccessError):
                call()

    def test_month_end_job_takes_it_once(self):
        self._invoice(100, day='2024-01-10')
        cron = self.env.ref('ar_base.ir_cron_aging_snapshot')
        company = self.env.company
        company.ar_aging_scheme_id = self.days
        domain = [('company_id', '=', company.id)]
        for today, wanted, dates in (
            ('2024-02-02', True, []),
            ('2024-02-03', False, []),
            ('2024-02-03', True, [date(2024, 1, 31)]),
            ('2024-02-04', True, [date(2024, 1, 31)]),
            ('2024-03-05', True, [date(2024, 2, 29), date(2024, 1, 31)]),
        ):
            company.ar_snapshot_monthly = wanted
            with (
                self.subTest(today=today, wanted=wanted),
                freeze_time(today),
                self.enter_registry_test_mode(),
            ):
                cron.method_direct_trigger()
                self.assertEqual(self.Snapshot.search(domain).mapped('as_of'), dates)
        self.assertTrue(all(self.Snapshot.search(domain).mapped('month_end')))
        newest = self.Snapshot.search(domain, limit=1)
        newest.active = False
        with freeze_time('2024-03-06'), self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.assertEqual(len(self.Snapshot.search(domain)), 1)

    def test_trend_by_month(self):
        self._ledger_of_some_documents()
        for as_of in ('2024-01-31', '2024-02-29', '2024-03-31'):
            self._take(as_of)
        groups = (
            self.env['ar.aging.snapshot.line']
            .with_user(self.accountant)
            ._read_group(
                [('month_end', '=', True), ('company_id', '=', self.env.company.id)],
                ['as_of:month'],
                ['residual:sum'],
            )
        )
        self.assertEqual(
            [amount for _month, amount in groups],
            [self._balance(day) for day in ('2024-01-31', '2024-02-29', '2024-03-31')],
        )
        latest = self.env['ar.aging.snapshot.line'].search(
            [('company_id', '=', self.env.company.id)], limit=1
        )
        self.assertEqual(str(latest.as_of), '2024-03-31', "the latest comes first")

    def test_branch_shares_the_snapshot_of_its_root(self):
        branch = self.env['res.company'].create({'name': "Branch", 'parent_id': self.env.company.id})
        self.accountant.company_ids |= branch
        self.env.user.company_ids |= branch
        self.env['account.move'].with_company(branch).create(
            {
                'date': '2024-01-10',
                'company_id': branch.id,
                'line_ids': [
                    Command.create(
                        {'account_id': self.company_data[f'default_account_{kind}'].id, 'balance': balance}
                    )
                    for kind, balance in (('receivable', 100), ('revenue', -100))
                ],
            }
        ).action_post()
        snapshot = self._take('2024-01-31')
        self.assertEqual(snapshot.line_ids.company_id, branch)
        self.assertEqual((snapshot.total, snapshot.difference), (100, 0))

    def test_page_takes_what_it_shows(self):
        self._ledger_of_some_documents()
        page = self._items('2024-02-29', aging_credits='separate').with_user(self.accountant)
        action = page.ar_snapshot()
        snapshot = self.Snapshot.browse(action['res_id'])
        self.assertRecordValues(
            snapshot,
            [
                {
                    'as_of': date(2024, 2, 29),
                    'credits': 'separate',
                    'basis': 'due',
                    'valuation': 'booked',
                    'aging_scheme_id': self.days.id,
                }
            ],
        )
        self.assertEqual(page.ar_snapshot()['res_id'], snapshot.id)
        self.assertEqual(snapshot.action_open_lines()['domain'], [('snapshot_id', '=', snapshot.id)])
