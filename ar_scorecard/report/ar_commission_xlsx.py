"""Approved commission as a spreadsheet for payroll: one row for each salesperson and month."""

from odoo.addons.ar_base.report.xlsx import Workbook, date, money

AMOUNTS = ('cash', 'earned', 'corrections', 'deduction', 'carried_in', 'payable')


def workbook(title, labels, statements):
    """Return the bytes of the workbook.

    :param labels: heads of the columns: month, person, ``AMOUNTS``, currency, who approved.
    """
    with Workbook() as book:
        sheet = book.sheet(title)
        sheet.widths(12, 28, others=16, upto=len(labels) - 1)
        sheet.landscape()
        sheet.heads(*labels, right=range(2, 2 + len(AMOUNTS)))
        for statement in statements:
            currency = statement.currency_id
            sheet.row(
                date(statement.month),
                statement.salesperson_id.name,
                *(money(statement[name], currency) for name in AMOUNTS),
                currency.name,
                statement.approved_by.name,
            )
        sheet.filter()
    return book.content
