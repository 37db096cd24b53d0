"""The aging as a spreadsheet. Totals are formulas with their values, so that a changed figure changes its
sum.
"""

from .xlsx import Workbook, formula, money, span


def workbook(table, labels):
    """Return the bytes of the workbook of ``table`` (``report.ar_base.ar_open_item_report._aging_table``)."""
    with Workbook() as book:
        sheet = book.sheet(labels['title'])
        sheet.title(labels['title'])
        sheet.pairs([(name, str(value)) for name, value in table['parameters']])
        sheet.skip()
        for section in table['sections']:
            _section(sheet, table, section, labels)
        _tie_out(sheet, table, labels)
        sheet.widths(36, others=15, upto=len(table['columns']) + 5)
        sheet.landscape()
    return book.content


def _section(sheet, table, section, labels):
    """Write the customers of a company by bucket, and its document currencies."""
    currency, parts = section['currency'], table['parts']
    sheet.title(f"{section['company']} ({currency.name})")
    names = [*table['columns'], labels['total'], *(name for _i, name in parts)]
    _heads(sheet, labels['customer'], *names)
    first = sheet.at
    for name, row in section['rows']:
        shown = [money(row.parts[i], currency) for i, _name in parts]
        sheet.row(
            name, *(money(amount, currency) for amount in row.amounts), _across(sheet, row, currency), *shown
        )
    total = section['total']
    width = len(total.amounts)
    sums = {column: money(amount, currency) for column, amount in enumerate(total.amounts, start=1)}
    sums |= {width + 2 + place: money(total.parts[i], currency) for place, (i, _name) in enumerate(parts)}
    sheet.total(labels['total'], sums, first, cells={width + 1: _across(sheet, total, currency)})
    sheet.skip()
    _currencies(sheet, table, section, labels)


def _across(sheet, row, currency):
    """Return the sum of a row's columns, as a formula."""
    columns = span(sheet.at, 1, sheet.at, len(row.amounts))
    return formula(f'SUM({columns})', money(row.total, currency))


def _currencies(sheet, table, section, labels):
    _heads(sheet, labels['currency'], *table['columns'], labels['total'], labels['in_currency'])
    for currency, row in section['currencies']:
        amounts = [money(amount, section['currency']) for amount in (*row.amounts, row.total)]
        sheet.row(currency.name, *amounts, money(row.total_currency, currency))
    sheet.skip()


def _tie_out(sheet, table, labels):
    sheet.title(labels['tie_out'])
    _heads(sheet, *(labels[name] for name in ('account', 'company', 'ledger', 'aging', 'difference')))
    for row in table['tie_out']:
        amounts = [money(row[name], row['currency']) for name in ('ledger', 'aging', 'difference')]
        sheet.row(row['account'], row['company'], *amounts)
    if table['shown_differs']:
        sheet.row(table['shown_differs'])


def _heads(sheet, *names):
    sheet.heads(*names, right=range(1, len(names)))
