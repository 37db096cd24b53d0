"""The spreadsheet writer of the suite: titles, heads, typed cells, totals. Odoo-free.

Guarantees
----------
- A text is a text: no cell becomes a formula, a link or a number because of what somebody typed into a name
  or a reference. Only ``formula`` and the sums of this module, which the code composes from cells, are
  formulas.
- Dates are dates, amounts are numbers with the decimals of their currency, shares are percentages.
- A formula carries its result, so that a reader that does not calculate shows the figure.

>>> with Workbook() as book:
...     sheet = book.sheet("Aging")
...     sheet.title("Aging")
...     sheet.heads("Customer", "Open")
...     first = sheet.at
...     sheet.row("Hua", money(100, 2))
...     sheet.total("Total", {1: money(100, 2)}, first)
>>> book.content[:2]
b'PK'
"""

import io
import re
from datetime import date as Date
from datetime import datetime as Datetime
from typing import NamedTuple

import xlsxwriter
from xlsxwriter.utility import xl_range, xl_rowcol_to_cell

MIMETYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
SHEET_ROWS = 1_000_000  # a sheet holds 1,048,576
TEXT_LENGTH = 32_767
TITLE_LENGTH = 31
# What a text cell can never do, whichever method of xlsxwriter writes it.
SAFE = {
    'strings_to_formulas': False,
    'strings_to_urls': False,
    'strings_to_numbers': False,
}


class Cell(NamedTuple):
    """A value and how it is shown.

    Attributes:
        kind: ``text``, ``date``, ``datetime``, ``number`` or ``formula``.
        value: what is shown; of a formula its result.
        number_format: of Excel; empty = as it is.
        expression: of a formula, without the sign.
    """

    kind: str
    value: object
    number_format: str = ''
    expression: str = ''


def text(value):
    """Return a cell with a text, whatever it looks like."""
    return Cell('text', '' if value is None or value is False else str(value))


def date(value):
    """Return a cell with a day; empty where there is none."""
    return Cell('date', value, 'yyyy-mm-dd') if value else text('')


def moment(value):
    """Return a cell with a day and its time; empty where there is none."""
    return Cell('datetime', value, 'yyyy-mm-dd hh:mm') if value else text('')


def money(value, currency):
    """Return a cell with an amount, negative in red.

    :param currency: what has ``decimal_places``, or their number.
    """
    shown = '#,##0' + _decimals(getattr(currency, 'decimal_places', currency))
    return Cell('number', float(value or 0), f'{shown};[Red]-{shown}')


def percent(value, places=2):
    """Return a cell with a share: 0.05 is shown as 5.00 %."""
    return Cell('number', float(value or 0), f'0{_decimals(places)}%')


def number(value, places=None):
    """Return a cell with a figure that is neither an amount nor a share, as it is or with ``places``."""
    return Cell('number', value or 0, '' if places is None else f'#,##0{_decimals(places)}')


def integer(value):
    """Return a cell with a whole number."""
    return number(int(value or 0), 0)


def formula(expression, result):
    """Return a cell with a formula, which the code composes from references and figures, never from a text.

    :param expression: without the sign, for instance ``B4-C4``.
    :param result: the cell that a reader shows who does not calculate; its format is the formula's.
    """
    return result._replace(kind='formula', expression=expression)


def cell_of(value):
    """Return the cell of a plain value, by its type; a float has no currency and is shown as it is."""
    if isinstance(value, Cell):
        return value
    if isinstance(value, Datetime):
        return moment(value)
    if isinstance(value, Date):
        return date(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return number(value)
    if isinstance(value, float):
        return number(value)
    return text(value)


def reference(row, column):
    """Return the name of a cell, such as ``B4``."""
    return xl_rowcol_to_cell(row, column)


def span(first, column, last, last_column=None):
    """Return the name of the cells from row ``first`` to ``last``, such as ``B4:B9``."""
    return xl_range(first, column, last, column if last_column is None else last_column)


def _decimals(places):
    return '.' + '0' * places if places else ''


class Workbook:
    """A spreadsheet; ``content`` holds its bytes once the ``with`` block is left.

    :param large: a row leaves the memory as soon as the next begins, so that a table may be of any length.
    """

    def __init__(self, large=False):
        self.stream, self.content = io.BytesIO(), None
        self.book = xlsxwriter.Workbook(
            self.stream, {**SAFE, 'constant_memory': large, 'in_memory': not large}
        )
        self.formats, self.names = {}, set()

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if kind is None:
            self.book.close()
            self.content = self.stream.getvalue()

    def sheet(self, title=''):
        """Add a sheet. Its title is made a valid and unique name."""
        return Sheet(self, self.book.add_worksheet(self._name(title)))

    def _name(self, title):
        plain = re.sub(r'[\[\]:*?/\\]', ' ', title or '').strip("' ")[:TITLE_LENGTH].strip("' ")
        name, count = plain, 1
        while name and name.lower() in self.names:
            count += 1
            name = f"{plain[: TITLE_LENGTH - 1 - len(str(count))]} {count}"
        self.names.add(name.lower())
        return name or None

    def format(self, **properties):
        """Return the format with these properties; each is made once."""
        key = tuple(sorted(properties.items()))
        if key not in self.formats:
            self.formats[key] = self.book.add_format(properties)
        return self.formats[key]


class Sheet:
    """One sheet, written from top to bottom; ``at`` is the next free row, counted from 0."""

    def __init__(self, book, sheet):
        self.book, self.sheet, self.at = book, sheet, 0
        self._heads = None

    # === Rows ===

    def title(self, words):
        """Write a heading in large letters."""
        self._text(self.at, 0, words, self.book.format(bold=True, font_size=14))
        self.at += 1

    def pairs(self, rows):
        """Write names, in bold, and their values: what the figures below were made with."""
        for name, value in rows:
            self._text(self.at, 0, name, self.book.format(bold=True))
            self.put(1, value)
            self.at += 1

    def heads(self, *names, right=(), column=0):
        """Write the heads of a table.

        :param right: positions of the heads that are set to the right, as their figures are.
        """
        for position, name in enumerate(names):
            extra = {'align': 'right'} if position in right else {}
            style = self.book.format(bold=True, bottom=1, text_wrap=True, valign='top', **extra)
            self._text(self.at, column + position, name, style)
        self._heads = self.at, column, column + len(names) - 1
        self.at += 1

    def row(self, *values, strong=False, column=0):
        """Write a row of cells, or of plain values (``cell_of``); ``strong`` in bold below a line."""
        for position, value in enumerate(values):
            if value is not None:
                self.put(column + position, value, strong)
        self.at += 1

    def total(self, label, sums, first, cells=None):
        """Write a row of sums, as formulas.

        :param sums: {column: cell with the sum of the rows from ``first`` to the one above}.
        :param cells: {column: cell} of the cells of the row that are not such sums.
        """
        self._text(self.at, 0, label, self.book.format(bold=True))
        last = max(first, self.at - 1)
        for column, cell in sums.items():
            self.put(column, formula(f'SUM({span(first, column, last)})', cell), strong=True)
        for column, cell in (cells or {}).items():
            self.put(column, cell, strong=True)
        self.at += 1

    def skip(self, rows=1):
        """Leave rows empty."""
        self.at += rows

    def put(self, column, value, strong=False):
        """Write one cell of the current row, without leaving the row."""
        cell = cell_of(value)
        style = {'num_format': cell.number_format} if cell.number_format else {}
        if cell.kind in ('date', 'datetime'):
            style['align'] = 'left'
        if strong:
            style['bold'] = True
            style.update({'top': 1} if cell.kind in ('number', 'formula') else {})
        style = self.book.format(**style) if style else None
        if cell.kind == 'text':
            self._text(self.at, column, cell.value, style)
        elif cell.kind == 'number':
            self.sheet.write_number(self.at, column, cell.value, style)
        elif cell.kind == 'formula':
            self.sheet.write_formula(self.at, column, f'={cell.expression}', style, cell.value)
        else:
            self.sheet.write_datetime(self.at, column, cell.value, style)

    def _text(self, row, column, words, style=None):
        words = '' if words is None or words is False else str(words)
        if words or style:
            self.sheet.write_string(row, column, words[:TEXT_LENGTH], style)

    # === Layout ===

    def widths(self, *widths, others=None, upto=None):
        """Set the widths of the first columns; of the ``others`` up to column ``upto`` one width."""
        for column, width in enumerate(widths):
            self.sheet.set_column(column, column, width)
        if others and upto is not None and upto >= len(widths):
            self.sheet.set_column(len(widths), upto, others)

    def freeze(self, columns=0):
        """Keep everything above the current row, and the first ``columns``, in sight."""
        self.sheet.freeze_panes(self.at, columns)

    def filter(self):
        """Let the reader filter the table whose heads were written last; call it after its last row."""
        row, first, last = self._heads
        self.sheet.autofilter(row, first, max(self.at - 1, row), last)

    def head_height(self, height):
        """Set the height of the heads that were written last."""
        self.sheet.set_row(self._heads[0], height)

    def landscape(self):
        """Print wide, one page across."""
        self.sheet.set_landscape()
        self.sheet.fit_to_pages(1, 0)
