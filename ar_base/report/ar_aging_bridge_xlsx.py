"""The bridge between two agings as a spreadsheet whose totals and closings are formulas."""

from .xlsx import Workbook, formula, money, reference


def bridge(wizard):
    """Return the bytes of the spreadsheet: a row for each bucket or customer, and the total."""
    values, currency = wizard._values(), wizard.currency_id
    *rows, (total, sums) = values['rows']
    kinds = [kind for kind, _label in values['columns']]
    last = len(kinds)
    with Workbook() as book:
        sheet = book.sheet(wizard.env._("Bridge"))
        sheet.row(wizard.company_id.name, wizard.date_then, wizard.date_now, currency.name, strong=True)
        sheet.skip()
        sheet.heads('', *(label for _kind, label in values['columns']), right=range(1, last + 1))
        first = sheet.at
        for name, row in rows:
            sheet.row(name, *_cells(sheet, row, kinds, currency))
        if rows:
            *amounts, closing = _cells(sheet, sums, kinds, currency)
            sheet.total(total, dict(enumerate(amounts, 1)), first, {last: closing})
        sheet.widths(28, others=16, upto=last)
    return book.content


def _cells(sheet, row, kinds, currency):
    """Return the cells of a row; the closing is the sum of the others."""
    amounts = [money(row.get(kind, 0.0), currency) for kind in kinds[:-1]]
    ends = f'{reference(sheet.at, 1)}:{reference(sheet.at, len(kinds) - 1)}'
    return [*amounts, formula(f'SUM({ends})', money(row.get('closing', 0.0), currency))]
