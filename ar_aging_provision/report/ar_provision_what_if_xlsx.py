"""Two policies side by side; the differences and totals are formulas."""

from .spreadsheet import money_format, workbook


def comparison(wizard):
    """Return the workbook of the wizard's comparison."""
    _ = wizard.env._
    labels = (
        _("What If: %(company)s, %(date)s", company=wizard.company_id.name, date=wizard.run_id.as_of),
        _("Credit Grade"),
        _("Open Amount"),
        wizard.run_id.policy_id.name,
        wizard.provision_policy_id.name,
        _("Difference"),
        _("Total"),
    )
    rows = [(row['name'], row['residual'], row['mine'], row['other']) for row in wizard._rows()]
    places = wizard.currency_id.decimal_places
    return workbook(lambda book: _write(book, labels, rows, places), in_memory=True)


def _write(book, labels, rows, places):
    """Write (name, open amount, allowance of the run, of the other policy) under ``labels``, title first."""
    sheet = book.add_worksheet()
    bold = book.add_format({'bold': True, 'font_size': 14})
    head = book.add_format({'bold': True, 'bottom': 1, 'text_wrap': True})
    money = book.add_format({'num_format': money_format(places)})
    strong = book.add_format({'num_format': money_format(places), 'bold': True, 'top': 1})
    title, *heads, total = labels
    sheet.set_column(0, 4, 24)
    sheet.write(0, 0, title, bold)
    sheet.write_row(2, 0, heads, head)
    for at, (name, *amounts) in enumerate(rows, 3):
        sheet.write(at, 0, name)
        sheet.write_row(at, 1, amounts, money)
        sheet.write_formula(at, 4, f'=D{at + 1}-C{at + 1}', money, amounts[2] - amounts[1])
    at = 3 + len(rows)
    sheet.write(at, 0, total, strong)
    sums = [sum(row[i] for row in rows) for i in (1, 2, 3)]
    for column, (letter, amount) in enumerate(zip('BCDE', (*sums, sums[2] - sums[1]), strict=True), 1):
        sheet.write_formula(at, column, f'=SUM({letter}4:{letter}{at})', strong, amount)
