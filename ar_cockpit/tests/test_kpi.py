from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tools import SQL

from odoo.addons.ar_base.tests.common import ReceivablesCommon


@freeze_time('2024-03-20')
class TestKpi(ReceivablesCommon):
    """The history of a small company, read from its ledger."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.old = cls._invoice(1000, '2024-01-10', '2024-01-31')
        cls.new = cls._invoice(500, '2024-02-10', '2024-03-31')
        cls._credit(cls._invoice(200, '2024-02-12'), '2024-02-20')

    def _read(self):
        self._run_job('ar_cockpit.ir_cron_kpi')
        rows = self.env['ar.kpi'].search([('company_id', '=', self.company.id)])
        return {row.month.month: row for row in rows}

    def test_backfilled_from_the_ledger(self):
        rows = self._read()
        self.assertEqual(sorted(rows), [1, 2, 3])
        january, february, march = (rows[month] for month in (1, 2, 3))
        self.assertEqual((january.receivables, january.overdue, january.sales), (1000, 0, 1000))
        self.assertEqual((february.receivables, february.overdue, february.sales), (1500, 1000, 500))
        self.assertEqual(str(march.as_of), '2024-03-20')
        self.assertEqual((march.receivables, march.overdue_ratio), (1500, 66.7))
        self.assertEqual(february.dso, 91.0)  # 1,500 / 1,500 x (29 + 31 + 31)
        self.assertEqual(february.display_name, '2024-02')

    def test_a_company_that_cannot_be_read_is_logged(self):
        def fails(kpi, company, month, moved):
            raise ValueError(month)

        self.patch(type(self.env['ar.kpi']), '_refresh', fails)
        with self.assertLogs('odoo.addons.ar_base.models.ar_job_mixin', 'ERROR') as log:
            self.assertFalse(self._read())
        self.assertIn(f'{self.company.display_name}: 20', ' '.join(log.output))

    def test_receivables_are_the_ledger(self):
        self._pay(self.old, '2024-02-25', 300)
        for month, row in self._read().items():
            ledger = self.env['account.move.line'].search(
                [
                    ('account_id.account_type', '=', 'asset_receivable'),
                    ('parent_state', '=', 'posted'),
                    ('date', '<=', row.as_of),
                    ('company_id', '=', self.company.id),
                ]
            )
            self.assertEqual(row.receivables, sum(ledger.mapped('balance')), month)

    def test_late_posting_is_read_again(self):
        rows = self._read()
        self._invoice(50, '2024-01-15')
        self.assertEqual(self._read()[1].receivables, 1000)
        rows[1].with_user(self._user('accountant')).action_refresh()
        self.assertEqual(rows[1].receivables, 1050)
        self.assertEqual(self._read()[2].receivables, 1550)

    def test_allowance_of_the_items(self):
        line = self._receivable(self.old)
        provided = SQL('SELECT %s AS line_id, 400 AS amount', line.id)
        parts = {'disputed': [], 'secured': [], 'provisioned': [provided]}
        with patch.object(self.registry['ar.open.item'], '_aging_parts', lambda self, params: parts):
            rows = self._read()
        self.assertEqual((rows[2].allowance, rows[2].allowance_coverage), (400, 40.0))

    def test_nobody_writes_figures(self):
        row = self._read()[1]
        for user in (self._user('manager'), self._user('accountant')):
            with self.assertRaises(AccessError):
                row.with_user(user).write({'dso': 1})
            with self.assertRaises(AccessError):
                row.with_user(user).unlink()
            with self.assertRaises(AccessError):
                self.env['ar.kpi'].with_user(user).create({'month': '2024-01-31'})
        for vals in ({'dso': 1}, {'company_id': self.company.id}, {'month': '2024-02-29'}):
            with self.assertRaises(AccessError):
                row.sudo().write(vals)
        with self.assertRaises(AccessError):
            self.env['ar.kpi'].sudo().with_context(default_dso=1).create(
                {'company_id': self.company.id, 'month': '2023-01-31'}
            )
        with self.assertRaises(AccessError):
            self.env['ar.kpi'].with_user(self._user('viewer')).search([])
        with self.assertRaises(AccessError):
            row.with_user(self._user('viewer')).action_refresh()
