import doctest
import io
from datetime import date, datetime
from types import SimpleNamespace
from unittest import TestCase

from openpyxl import load_workbook

from ..report import xlsx

YEN, DOLLAR, DINAR = (SimpleNamespace(decimal_places=places) for places in (0, 2, 3))


class TestXlsx(TestCase):
    def _cells(self, *values, **options):
        with xlsx.Workbook() as book:
            book.sheet("S").row(*values, **options)
        return next(iter(load_workbook(io.BytesIO(book.content)).active.iter_rows()))

    def test_what_somebody_typed_stays_a_text(self):
        typed = ['=1+1', '+1', '-1', '@SUM(A1)', '=HYPERLINK("http://x")', 'https://x.example', '0123', '12']
        with xlsx.Workbook() as book:
            sheet = book.sheet('=cmd')
            sheet.title('=1+1')
            sheet.pairs([('=1+1', '=2')])
            sheet.heads('=1+1')
            sheet.row(*typed)
            sheet.row(*map(xlsx.text, typed))
            sheet.total('=1+1', {}, 0)
        sheet = load_workbook(io.BytesIO(book.content)).active
        for row in sheet.iter_rows():
            for cell in row:
                self.assertIn(cell.data_type, ('s', 'n'))
                self.assertIsNone(cell.hyperlink)
                self.assertTrue(cell.value is None or isinstance(cell.value, str), cell.value)
        self.assertEqual([cell.value or '' for cell in sheet[4]], typed)

    def test_only_formulas_of_the_code_are_formulas_and_carry_their_result(self):
        with xlsx.Workbook() as book:
            sheet = book.sheet()
            sheet.heads("Customer", "Open", "Share")
            first = sheet.at
            sheet.row("One", xlsx.money(30, DOLLAR))
            sheet.row("Two", xlsx.money(70.5, DOLLAR))
            share = xlsx.formula(
                f'{xlsx.reference(first, 1)}/{xlsx.reference(sheet.at, 1)}', xlsx.percent(0.2985)
            )
            sheet.total("Total", {1: xlsx.money(100.5, DOLLAR)}, first, cells={2: share})
        for values, wanted in ((False, ["Total", '=SUM(B2:B3)', '=B2/B4']), (True, ["Total", 100.5, 0.2985])):
            found = load_workbook(io.BytesIO(book.content), data_only=values).active
            self.assertEqual([cell.value for cell in found[4]], wanted)

    def test_each_kind_of_cell(self):
        day, moment = date(2024, 2, 29), datetime(2024, 2, 29, 12, 30)
        cells = self._cells(
            day,
            moment,
            xlsx.date(None),
            7,
            xlsx.integer(7.0),
            xlsx.percent(0.05),
            xlsx.number(1.5),
            False,
            True,
        )
        self.assertEqual(
            [cell.value for cell in cells],
            [datetime(2024, 2, 29), moment, None, 7, 7, 0.05, 1.5, None, 'True'],
        )
        self.assertTrue(cells[0].is_date and cells[1].is_date)
        self.assertEqual(cells[5].number_format, '0.00%')

    def test_money_has_the_decimals_of_its_currency(self):
        for currency, shown in (
            (YEN, '#,##0'),
            (DOLLAR, '#,##0.00'),
            (DINAR, '#,##0.000'),
            (4, '#,##0.0000'),
        ):
            [cell] = self._cells(xlsx.money(-1234.5, currency))
            self.assertEqual((cell.value, cell.number_format), (-1234.5, f'{shown};[Red]-{shown}'))

    def test_names_of_sheets(self):
        with xlsx.Workbook() as book:
            for name in ("Aging [A/B]: all?", "Same", "same", "x" * 40, "x" * 50, "", "'quoted'"):
                book.sheet(name)
        names = load_workbook(io.BytesIO(book.content)).sheetnames
        self.assertEqual(
            names, ["Aging  A B   all", "Same", "same 2", "x" * 31, "x" * 29 + " 2", "Sheet6", "quoted"]
        )

    def test_layout(self):
        with xlsx.Workbook() as book:
            sheet = book.sheet()
            sheet.heads("A", "B", right=(1,))
            sheet.freeze(1)
            sheet.row("x", 1)
            sheet.filter()
            sheet.widths(30, others=12, upto=1)
        found = load_workbook(io.BytesIO(book.content)).active
        self.assertEqual((found.freeze_panes, found.auto_filter.ref), ('B2', 'A1:B2'))
        self.assertAlmostEqual(found.column_dimensions['A'].width, 30, delta=1)

    def test_documented_example(self):
        self.assertEqual(doctest.testmod(xlsx).failed, 0)
