"""A customer's statement as a spreadsheet. Totals and running balances are formulas with their values."""

import io

import xlsxwriter
from xlsxwriter.utility import xl_range, xl_rowcol_to_cell

COLUMNS = {
    'open_items': ('date', 'document', 'type', 'reference', 'due', 'days', 'original', 'open', 'disputed'),
    'activity': ('date', 'document', 'type', 'reference', 'due', 'amount', 'balance'),
}
MONEY = {'original', 'open', 'disputed', 'amount', 'balance'}


def workbook(doc, labels):
    """Return the bytes of the workbook of ``doc`` (``report.ar_base.report_statement._described``)."""
    output = io.BytesIO()
    with xlsxwriter.Workbook(output, {'in_memory': True}) as book:
        _Sheet(book, doc, labels).fill()
    return output.getvalue()


class _Sheet:
    """One sheet, written from top to bottom; ``self.at`` is the next free row."""

    def __init__(self, book, doc, labels):
        self.book, self.doc, self.labels = book, doc, labels
        self.columns = COLUMNS[doc['kind']]
        self.sheet = book.add_worksheet(doc['title'][:31])
        self.title = book.add_format({'bold': True, 'font_size': 14})
        self.bold = book.add_format({'bold': True})
        self.head = book.add_format({'bold': True, 'bottom': 1, 'text_wrap': True})
        self.date = book.add_format({'num_format': 'yyyy-mm-dd', 'align': 'left'})
        self.formats = {}
        self.at = 0

    def fill(self):
        self._top()
        for section in self.doc['sections']:
            self._section(section)
        self.sheet.set_column(0, 0, 14)
        self.sheet.set_column(1, 3, 20)
        self.sheet.set_column(4, len(self.columns), 14)
        self.sheet.set_landscape()
        self.sheet.fit_to_pages(1, 0)

    def _top(self):
        doc, labels = self.doc, self.labels
        self.sheet.write(0, 0, doc['title'], self.title)
        rows = [
            ('company', doc['company'].name),
            ('customer', doc['partner'].name),
            ('as_of', str(doc['as_of'])),
        ]
        for self.at, (key, value) in enumerate(rows, start=1):
            self.sheet.write(self.at, 0, labels[key], self.bold)
            self.sheet.write(self.at, 1, value or '')
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

    def _section(self, section):
        currency = section['currency']
        self.sheet.write(self.at, 0, currency.name, self.title)
        for column, name in enumerate(self.columns):
            self.sheet.write(self.at + 1, column, self.labels[name], self.head)
        self.at += 2
        if self.doc['kind'] == 'activity':
            self._activity(section)
        else:
            self._open_items(section)
        self._aging(section)
        self.at += 2

    def _open_items(self, section):
        first, strong = self.at, self._money(section['currency'], bold=True)
        self._lines(section)
        self.sheet.write(self.at, 0, self.labels['total'], self.bold)
        totals = {'open': section['closing'], 'disputed': section['disputed']}
        for name, value in totals.items():
            column = self.columns.index(name)
            cells = xl_range(first, column, max(first, self.at - 1), column)
            self.sheet.write_formula(self.at, column, f'=SUM({cells})', strong, value)
        self.at += 2

    def _activity(self, section):
        strong, balance = self._money(section['currency'], bold=True), self.columns.index('balance')
        self.sheet.write(self.at, 0, self.labels['opening'], self.bold)
        self.sheet.write_number(self.at, balance, section['opening'], strong)
        self.at += 1
        self._lines(section)
        self.sheet.write(self.at, 0, self.labels['closing'], self.bold)
        above = xl_rowcol_to_cell(self.at - 1, balance)
        self.sheet.write_formula(self.at, balance, f'={above}', strong, section['closing'])
        self.at += 2

    def _lines(self, section):
        money = self._money(section['currency'])
        for line in section['lines']:
            for column, name in enumerate(self.columns):
                self._cell(column, name, line[name], money)
            self.at += 1

    def _cell(self, column, name, value, money):
        if name == 'balance':
            above, amount = xl_rowcol_to_cell(self.at - 1, column), xl_rowcol_to_cell(self.at, column - 1)
            self.sheet.write_formula(self.at, column, f'={above}+{amount}', money, value)
        elif name in MONEY:
            self.sheet.write_number(self.at, column, value, money)
        elif name in ('date', 'due') and value:
            self.sheet.write_datetime(self.at, column, value, self.date)
        elif isinstance(value, int) and not isinstance(value, bool):
            self.sheet.write_number(self.at, column, value)
        else:
            # Never as a formula: a document or reference is what somebody typed.
            self.sheet.write_string(self.at, column, value or '')

    def _aging(self, section):
        self.sheet.write(self.at, 0, self.labels['aging'], self.bold)
        for column, (name, amount) in enumerate(section['aging'], start=1):
            self.sheet.write(self.at, column, name, self.head)
            self.sheet.write_number(self.at + 1, column, amount, self._money(section['currency']))
        self.at += 2
