"""The roll-forward as a spreadsheet whose closing balances and totals are formulas."""

from ..rules.rollforward import COLUMNS
from odoo.addons.ar_base.report.xlsx import Workbook, formula, money, reference

CLOSING = len(COLUMNS) + 2  # its column


def rollforward(wizard):
    """Return the bytes of the spreadsheet: a row for each class, the total, the ledger at both ends."""
    values, currency = wizard._values(), wizard.currency_id
    *classes, (total, sums) = values['rows']
    with Workbook() as book:
        sheet = book.sheet(wizard.env._("Roll-Forward"))
        sheet.row(wizard.company_id.name, wizard.date_from, wizard.date_to, currency.name, strong=True)
        sheet.skip()
        sheet.heads('', *(label for _key, label in values['columns']), right=range(1, CLOSING + 1))
        first = sheet.at
        for label, row in classes:
            sheet.row(label, *_amounts(row, currency), _closing(sheet, row, currency))
        if classes:
            columns = dict(enumerate(_amounts(sums, currency), 1))
            sheet.total(total, columns, first, {CLOSING: _closing(sheet, sums, currency)})
        else:
            sheet.row(total, *_amounts(sums, currency), _closing(sheet, sums, currency))
        opening, closing = (money(amount, currency) for amount in values['ledger'])
        sheet.put(0, wizard.env._("Ledger"))
        sheet.put(1, opening)
        sheet.put(CLOSING, closing)
        sheet.widths(28, others=16, upto=CLOSING)
    return book.content


def _amounts(row, currency):
    """Return the cells of a row, each with the sign with which it adds up."""
    amounts = [row['opening'], *(sign * row[kind] for kind, sign in COLUMNS.items())]
    return [money(amount, currency) for amount in amounts]


def _closing(sheet, row, currency):
    """Return the opening balance and the movements, summed by a formula of the current row."""
    last = reference(sheet.at, CLOSING - 1)
    return formula(f'SUM({reference(sheet.at, 1)}:{last})', money(row['closing'], currency))
