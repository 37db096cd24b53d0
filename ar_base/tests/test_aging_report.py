import io
import json
from itertools import product
from urllib.parse import parse_qs, urlsplit

from openpyxl import load_workbook

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged

from .common import AgingCommon


@tagged('post_install', '-at_install')
class TestAgingReport(AgingCommon, HttpCase):
    """What is printed is what the page shows, sums to its total, and is shown next to the ledger."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.collector, cls.accountant, cls.viewer = map(cls._user, ('collector', 'accountant', 'viewer'))
        cls.Report = cls.env['report.ar_base.ar_open_item_report']
        cls.other = cls.env['res.partner'].create({'name': "Ai", 'is_company': True})

    def _documents(self):
        self._pay(self._invoice(100, day='2024-01-10'), '2024-03-05', 60)
        self._invoice(10, day='2024-01-20', currency=self.eur)
        self._invoice(50, day='2024-02-25', partner_id=self.other.id)
        self._invoice(30, day='2024-02-10', move_type='out_refund')
        self.env['ar.dispute'].create(
            {'move_id': self._invoice(8, day='2024-02-20').id, 'amount': 3, 'opened_on': '2024-02-21'}
        )

    def _options(self, as_of, **options):
        return {'as_of': as_of, 'aging_scheme_id': self.days.id, 'companies': self.env.company.ids, **options}

    def _sheet(self, options, user=None):
        content, name = self.Report.with_user(user or self.collector)._xlsx(options)
        rows = [
            list(row)
            for row in load_workbook(io.BytesIO(content), data_only=True).active.iter_rows(values_only=True)
        ]
        return rows, name

    def _read(self, rows):
        """Return ({customer: {column: amount}}, total row, tie-out rows) of a sheet."""
        head = next(i for i, row in enumerate(rows) if row[0] == "Customer")
        end = next(i for i, row in enumerate(rows) if i > head and row[0] == "Total")
        names = [name for name in rows[head] if name]
        table = {row[0]: dict(zip(names[1:], row[1:], strict=False)) for row in rows[head + 1 : end + 1]}
        start = next(i for i, row in enumerate(rows) if row[0] == "Account")
        ties = [row for row in rows[start + 1 :] if row[2] is not None]
        return table, table.pop("Total"), ties

    def test_sheet_is_the_aging_and_ties(self):
        self._documents()
        for as_of, credits, basis in product(
            ('2024-02-29', '2024-03-31'), ('own_bucket', 'separate', 'fifo_oldest'), ('due', 'posting')
        ):
            with self.subTest(as_of=as_of, credits=credits, basis=basis):
                options = self._options(as_of, aging_credits=credits, aging_basis=basis)
                table, total, ties = self._read(self._sheet(options)[0])
                groups = self._items(as_of, aging_credits=credits, aging_basis=basis)._read_group(
                    [('company_id', '=', self.env.company.id)],
                    ['commercial_partner_id', 'bucket_id'],
                    ['residual:sum'],
                )
                for partner, bucket, amount in groups:
                    self.assertAlmostEqual(table[partner.name][bucket.name or "Unallocated"], amount, 2)
                everything = sum(amount for _partner, _bucket, amount in groups)
                self.assertAlmostEqual(total["Total"], everything, 2)
                self.assertAlmostEqual(sum(row["Total"] for row in table.values()), everything, 2)
                self.assertAlmostEqual(sum(row[2] for row in ties), everything, 2)
                self.assertEqual([row[4] for row in ties], [0] * len(ties))

    def test_parts_parameters_and_currencies(self):
        self._documents()
        rows, name = self._sheet(self._options('2024-02-29'))
        table, total, _ties = self._read(rows)
        self.assertEqual((total["Disputed"], table["Hua"]["Disputed"], "Secured" in total), (3, 3, False))
        self.assertEqual(name, "Aging 2024-02-29.xlsx")
        top = {row[0]: row[1] for row in rows[:10]}
        self.assertEqual(
            (top["As of"], top["Scheme"], top["Age from"]), ('02/29/2024', self.days.name, "Due date")
        )
        self.assertIn('EUR', [row[0] for row in rows])

    def test_totals_are_formulas(self):
        self._documents()
        content, _name = self.Report.with_user(self.collector)._xlsx(self._options('2024-02-29'))
        sheet = load_workbook(io.BytesIO(content)).active
        total = next(row for row in sheet.iter_rows() if row[0].value == "Total")
        self.assertTrue(
            all(str(cell.value).startswith('=SUM(') for cell in total[1:] if cell.value is not None)
        )

    def test_filter_is_printed_and_said(self):
        self._documents()
        rows, _name = self._sheet(
            self._options('2024-02-29', domain=[('commercial_partner_id', '=', self.other.id)])
        )
        table, _total, ties = self._read(rows)
        self.assertEqual(list(table), ["Ai"])
        self.assertEqual(sum(row[4] for row in ties), 0)
        self.assertTrue(any("the filter leaves items out" in str(row[0]) for row in rows))

    def test_print_in_both_languages(self):
        self._documents()
        self.env['res.lang']._activate_lang('zh_CN')
        for user in (self.collector, self.accountant):
            action = self._items('2024-02-29').with_user(user).ar_print('pdf')
            self.assertEqual(action['report_name'], 'ar_base.ar_open_item_report')
            for lang in ('en_US', 'zh_CN'):
                html = (
                    self.env['ir.actions.report']
                    .with_user(user)
                    .with_context(lang=lang)
                    ._render_qweb_html(action['report_name'], [], data=action['data'])[0]
                    .decode()
                )
                for text in ("Hua", "Ai", self.days.with_context(lang=lang).bucket_ids[2].name):
                    self.assertIn(text, html)

    def test_pdf(self):
        self._documents()
        action = self._items('2024-02-29').with_user(self.collector).ar_print('pdf')
        report = (
            self.env['ir.actions.report'].with_user(self.collector).with_context(force_report_rendering=True)
        )
        pdf, kind = report._render_qweb_pdf(action['report_name'], [], data=action['data'])
        self.assertEqual((kind, pdf[:4]), ('pdf', b'%PDF'))

    def test_who_may_print(self):
        self._documents()
        page = self._items('2024-02-29')
        self.assertFalse(page.with_user(self.viewer).ar_aging_header()['may_print'])
        self.assertTrue(page.with_user(self.accountant).ar_aging_header()['may_print'])
        for call in (
            lambda: page.with_user(self.viewer).ar_print('pdf'),
            lambda: self._sheet(self._options('2024-02-29'), self.viewer),
            lambda: self.Report.with_user(self.viewer)._get_report_values([], self._options('2024-02-29')),
        ):
            with self.assertRaisesRegex(AccessError, "Ask one of them"):
                call()

    def test_other_company_is_not_printed(self):
        self._documents()
        other = self.setup_other_company()['company']
        options = self._options('2024-02-29', companies=[other.id, self.env.company.id])
        rows, _name = self._sheet(options)
        self.assertNotIn(other.name, str(rows))

    def test_download(self):
        self._documents()
        url = (
            self._items('2024-02-29')
            .with_user(self.collector)
            .ar_print('xlsx', [('residual', '>', 0)])['url']
        )
        self.assertEqual(
            json.loads(parse_qs(urlsplit(url).query)['options'][0])['domain'], [['residual', '>', 0]]
        )
        self.authenticate('aging_collector', 'aging_collector')
        response = self.url_open(url)
        self.assertEqual((response.status_code, response.content[:2]), (200, b'PK'))
        self.assertIn('Aging', response.headers['Content-Disposition'])
        self.assertEqual(self.url_open('/ar_base/aging.xlsx?options=%5B').status_code, 400)
        self.authenticate('aging_viewer', 'aging_viewer')
        self.assertEqual(self.url_open(url).status_code, 403)
