"""The aging as a spreadsheet. Totals are formulas with their values, so that who changes a figure sees the sum follow."""

import io

import xlsxwriter
from xlsxwriter.utility import xl_range


def workbook(table, labels):
    """Return the bytes of the workbook of ``table`` (``report.ar_base.report_aging._aging_table``)."""
    output = io.BytesIO()
    with xlsxwriter.Workbook(output, {'in_memory': True}) as book:
        _Sheet(book, table, labels).fill()
    return output.getvalue()


class _Sheet:
    """One sheet, written from top to bottom; ``self.at`` is the next free row."""

    def __init__(self, book, table, labels):
        self.book, self.table, self.labels = book, table, labels
        self.sheet = book.add_worksheet(labels['title'][:31])
        self.bold = book.add_format({'bold': True})
        self.title = book.add_format({'bold': True, 'font_size': 14})
        self.head = book.add_format({'bold': True, 'bottom': 1, 'align': 'right', 'text_wrap': True})
        self.head_left = book.add_format({'bold': True, 'bottom': 1})
        self.formats = {}
        self.at = 0

    def fill(self):
        self._top()
        for section in self.table['sections']:
            self._section(section)
        self._tie_out()
        self.sheet.set_column(0, 0, 36)
        self.sheet.set_column(1, len(self.table['columns']) + 5, 15)
        self.sheet.set_landscape()
        self.sheet.fit_to_pages(1, 0)

    def _top(self):
        self.sheet.write(0, 0, self.labels['title'], self.title)
        for self.at, (name, value) in enumerate(self.table['parameters'], start=1):
            self.sheet.write(self.at, 0, name, self.bold)
            self.sheet.write(self.at, 1, str(value))
        self.at += 2

    def _money(self, currency, bold=False):
        key = currency.decimal_places, bold
        if key not in self.formats:
            decimals = '.' + '0' * currency.decimal_places if currency.decimal_places else ''
            self.formats[key] = self.book.add_format(
                {
                    'num_format': f'#,##0{decimals};[Red]-#,##0{decimals}',
                    'bold': bold,
                    **({'top': 1} if bold else {}),
                }
            )
        return self.formats[key]

    def _heads(self, *names):
        for column, name in enumerate(names):
            self.sheet.write(self.at, column, name, self.head if column else self.head_left)
        self.at += 1

    def _section(self, section):
        money, strong = self._money(section['currency']), self._money(section['currency'], bold=True)
        self.sheet.write(self.at, 0, f"{section['company']} ({section['currency'].name})", self.title)
        self.at += 1
        labels, parts = self.labels, self.table['parts']
        self._heads(
            labels['customer'], *self.table['columns'], labels['total'], *(name for _i, name in parts)
        )
        first = self.at
        for name, row in section['rows']:
            self._row(name, row, money, None)
        self._row(labels['total'], section['total'], strong, first)
        self.at += 1
        self._currencies(section, money)

    def _row(self, name, row, money, first):
        """Write a row; a total (``first``: the first row that it sums) by formulas."""
        self.sheet.write(self.at, 0, name, self.bold if first is not None else None)
        width = len(row.amounts)
        for column, amount in enumerate(row.amounts, start=1):
            if first is None:
                self.sheet.write_number(self.at, column, amount, money)
            else:
                self._sum(xl_range(first, column, self.at - 1, column), column, amount, money)
        self._sum(xl_range(self.at, 1, self.at, width), width + 1, row.total, money)
        for column, (i, _name) in enumerate(self.table['parts'], start=width + 2):
            if first is None:
                self.sheet.write_number(self.at, column, row.parts[i], money)
            else:
                self._sum(xl_range(first, column, self.at - 1, column), column, row.parts[i], money)
        self.at += 1

    def _sum(self, cells, column, amount, money):
        self.sheet.write_formula(self.at, column, f'=SUM({cells})', money, amount)

    def _currencies(self, section, money):
        self._heads(
            self.labels['currency'], *self.table['columns'], self.labels['total'], self.labels['in_currency']
        )
        for currency, row in section['currencies']:
            self.sheet.write(self.at, 0, currency.name)
            for column, amount in enumerate((*row.amounts, row.total), start=1):
                self.sheet.write_number(self.at, column, amount, money)
            self.sheet.write_number(self.at, len(row.amounts) + 2, row.total_currency, self._money(currency))
            self.at += 1
        self.at += 1

    def _tie_out(self):
        labels = self.labels
        self.sheet.write(self.at, 0, labels['tie_out'], self.title)
        self.at += 1
        self._heads(
            labels['account'], labels['company'], labels['ledger'], labels['aging'], labels['difference']
        )
        for row in self.table['tie_out']:
            money = self._money(row['currency'])
            self.sheet.write(self.at, 0, row['account'])
            self.sheet.write(self.at, 1, row['company'])
            for column, key in enumerate(('ledger', 'aging', 'difference'), start=2):
                self.sheet.write_number(self.at, column, row[key], money)
            self.at += 1
        if self.table['shown_differs']:
            self.sheet.write(self.at, 0, self.table['shown_differs'])
