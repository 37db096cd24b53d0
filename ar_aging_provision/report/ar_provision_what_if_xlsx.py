"""Two policies side by side; the differences and totals are formulas."""

from odoo.addons.ar_base.report.xlsx import Workbook, formula, money, reference

MINE, OTHER = 2, 3  # columns of the two allowances


def comparison(wizard):
    """Return the bytes of the spreadsheet of the wizard's comparison."""
    env, currency, rows = wizard.env, wizard.currency_id, wizard._rows()
    with Workbook() as book:
        sheet = book.sheet(env._("What If"))
        sheet.title(
            env._("What If: %(company)s, %(date)s", company=wizard.company_id.name, date=wizard.run_id.as_of)
        )
        sheet.skip()
        sheet.heads(
            env._("Credit Grade"),
            env._("Open Amount"),
            *wizard._headings(),
            env._("Difference"),
            right=range(1, 5),
        )
        first = sheet.at
        for row in rows:
            amounts = [money(row[name], currency) for name in ('residual', 'mine', 'other')]
            difference = f'{reference(sheet.at, OTHER)}-{reference(sheet.at, MINE)}'
            sheet.row(row['name'], *amounts, formula(difference, money(row['other'] - row['mine'], currency)))
        residual, mine, other = (sum(row[name] for row in rows) for name in ('residual', 'mine', 'other'))
        sums = enumerate((residual, mine, other, other - mine), 1)
        sheet.total(env._("Total"), {column: money(amount, currency) for column, amount in sums}, first)
        sheet.widths(*(24,) * 5)
    return book.content
