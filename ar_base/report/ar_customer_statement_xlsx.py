"""A customer's statement as a spreadsheet. Totals and running balances are formulas with their values."""

from .xlsx import Workbook, date, formula, money, reference

COLUMNS = {
    'open_items': ('date', 'document', 'type', 'reference', 'due', 'days', 'original', 'open', 'disputed'),
    'activity': ('date', 'document', 'type', 'reference', 'due', 'amount', 'balance'),
}
MONEY = {'original', 'open', 'disputed', 'amount', 'balance'}


def workbook(doc, labels):
    """Return the bytes of the workbook of ``doc``, as the report model's ``_described`` makes it."""
    columns = COLUMNS[doc['kind']]
    with Workbook() as book:
        sheet = book.sheet(doc['title'])
        sheet.title(doc['title'])
        sheet.pairs(
            [
                (labels['company'], doc['company'].name),
                (labels['customer'], doc['partner'].name),
                (labels['as_of'], str(doc['as_of'])),
            ]
        )
        sheet.skip()
        for section in doc['sections']:
            sheet.title(section['currency'].name)
            sheet.heads(*(labels[name] for name in columns))
            fill = _activity if doc['kind'] == 'activity' else _open_items
            fill(sheet, section, columns, labels)
            sheet.skip()
            _aging(sheet, section, labels)
            sheet.skip(2)
        sheet.widths(14, 20, 20, 20, others=14, upto=len(columns))
        sheet.landscape()
    return book.content


def _open_items(sheet, section, columns, labels):
    first, currency = sheet.at, section['currency']
    _lines(sheet, section, columns)
    totals = {'open': section['closing'], 'disputed': section['disputed']}
    sums = {columns.index(name): money(value, currency) for name, value in totals.items()}
    sheet.total(labels['total'], sums, first)


def _activity(sheet, section, columns, labels):
    currency, balance = section['currency'], columns.index('balance')
    sheet.total(labels['opening'], {}, sheet.at, cells={balance: money(section['opening'], currency)})
    _lines(sheet, section, columns)
    closing = formula(reference(sheet.at - 1, balance), money(section['closing'], currency))
    sheet.total(labels['closing'], {}, sheet.at, cells={balance: closing})


def _lines(sheet, section, columns):
    for line in section['lines']:
        sheet.row(*(_cell(sheet, section, line, columns, name) for name in columns))


def _cell(sheet, section, line, columns, name):
    value = line[name]
    if name == 'balance':
        column = columns.index(name)
        above, amount = reference(sheet.at - 1, column), reference(sheet.at, column - 1)
        return formula(f'{above}+{amount}', money(value, section['currency']))
    if name in MONEY:
        return money(value, section['currency'])
    return date(value) if name in ('date', 'due') else value


def _aging(sheet, section, labels):
    names = [name for name, _amount in section['aging']]
    sheet.heads(labels['aging'], *names)
    sheet.row(*(money(amount, section['currency']) for _name, amount in section['aging']), column=1)
    sheet.skip()
