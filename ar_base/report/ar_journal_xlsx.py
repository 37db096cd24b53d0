"""The journal of a period as a spreadsheet for the auditor; the seals can be computed again from it."""

from .xlsx import Workbook, moment

COLUMNS = ('number', 'entry', 'date', 'login', 'uid', 'event', 'model', 'res_id', 'name', 'figures')
COLUMNS += ('sha256', 'before', 'seal')


def workbook(title, facts, labels, rows):
    """Return the bytes of the workbook.

    :param facts: (name, value) above the table: company, period, who verified it, and the head.
    :param labels: {column: its head}. :param rows: of ``engine.journal.period``, in their order.
    """
    with Workbook(large=True) as book:
        sheet = book.sheet(title)
        sheet.widths(9, 9, 18, 18, 9, 14, 24, 10, 32, 80, others=24, upto=len(COLUMNS))
        sheet.landscape()
        sheet.title(title)
        sheet.pairs(facts)
        sheet.skip()
        sheet.heads(*(labels[name] for name in COLUMNS))
        for number, entry, date, *rest in rows:
            sheet.row(number, entry, moment(date), *rest)
        sheet.filter()
    return book.content
