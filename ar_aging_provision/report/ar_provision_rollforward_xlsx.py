"""The roll-forward as a spreadsheet whose closing balances and totals are formulas."""

from xlsxwriter.utility import xl_range

from .spreadsheet import money_format, workbook

FIRST = 3  # row of the first class


def rollforward(wizard):
    """Return the workbook of the wizard's table."""
    heads = [
        wizard.company_id.name,
        str(wizard.date_from),
        str(wizard.date_to),
        wizard.currency_id.name,
    ]
    values, ledger, places = wizard._values(), wizard.env._("Ledger"), wizard.currency_id.decimal_places
    return workbook(lambda book: _write(book, heads, values, ledger, places), in_memory=True)


def _write(book, heads, values, ledger, places):
    """Write the rows of ``values``, the total last, then the balances of the ledger at both ends."""
    sheet = book.add_worksheet()
    bold = book.add_format({'bold': True})
    money = book.add_format({'num_format': money_format(places)})
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 8, 16)
    sheet.write_row(0, 0, heads, bold)
    sheet.write_row(2, 0, ['', *(label for _key, label in values['columns'])], bold)
    count = len(values['rows'])
    for at, (label, row) in enumerate(values['rows'], FIRST):
        sheet.write(at, 0, label)
        is_total = at == FIRST + count - 1 and count > 1
        for column, (key, _label) in enumerate(values['columns'][:-1], 1):
            if is_total:
                sums = f'=SUM({xl_range(FIRST, column, at - 1, column)})'
                sheet.write_formula(at, column, sums, money, float(row[key]))
            else:
                sheet.write_number(at, column, float(row[key]), money)
        n = at + 1
        sheet.write_formula(at, 8, f'=B{n}+C{n}-D{n}-E{n}+F{n}+G{n}+H{n}', money, float(row['closing']))
    sheet.write(FIRST + count, 0, ledger)
    sheet.write_number(FIRST + count, 1, values['ledger'][0], money)
    sheet.write_number(FIRST + count, 8, values['ledger'][1], money)
