"""What the spreadsheets of this addon share."""

import base64
import io

import xlsxwriter

MIMETYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'


def money_format(places):
    """Return the number format of amounts, with as many decimals as the currency has."""
    return '#,##0' + ('.' + '0' * places if places else '')


def workbook(write, **options):
    """Return the bytes of the workbook that ``write`` fills."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, options) as book:
        write(book)
    return stream.getvalue()


def download(env, name, content, record=None):
    """Return the action that downloads a spreadsheet; it belongs to the record, else to the user alone."""
    attachment = env['ir.attachment'].create(
        {
            'name': f'{name}.xlsx',
            'datas': base64.b64encode(content),
            'mimetype': MIMETYPE,
            'res_model': record._name if record else False,
            'res_id': record.id if record else 0,
        }
    )
    return {
        'type': 'ir.actions.act_url',
        'url': f'/web/content/{attachment.id}?download=true',
        'target': 'download',
    }
