"""A confirmation campaign as a spreadsheet: one sheet per table."""

import datetime
import io

import xlsxwriter


def workbook(sheets, decimals):
    """Return the bytes of a workbook of ``sheets``: (title, column names, rows)."""
    output = io.BytesIO()
    with xlsxwriter.Workbook(output, {'in_memory': True}) as book:
        head = book.add_format({'bold': True, 'bottom': 1, 'text_wrap': True})
        formats = {
            float: book.add_format({'num_format': '#,##0' + ('.' + '0' * decimals if decimals else '')}),
            datetime.datetime: book.add_format({'num_format': 'yyyy-mm-dd hh:mm', 'align': 'left'}),
        }
        for title, names, rows in sheets:
            _fill(book.add_worksheet(title[:31]), names, rows, head, formats)
    return output.getvalue()


def _fill(sheet, names, rows, head, formats):
    for column, name in enumerate(names):
        sheet.write_string(0, column, name, head)
    for at, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            _cell(sheet, at, column, value, formats)
    sheet.set_column(0, 0, 32)  # the words of the steps, and numbers of documents
    sheet.set_column(1, len(names), 18)
    sheet.freeze_panes(1, 0)


def _cell(sheet, at, column, value, formats):
    if isinstance(value, datetime.datetime):
        sheet.write_datetime(at, column, value, formats[datetime.datetime])
    elif isinstance(value, float):
        sheet.write_number(at, column, value, formats[float])
    elif isinstance(value, int) and not isinstance(value, bool):
        sheet.write_number(at, column, value)
    else:
        # Never as a formula: names, documents and remarks are what people typed.
        sheet.write_string(at, column, value or '')
