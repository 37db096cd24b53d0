from odoo.addons.ar_base.report.xlsx import MIMETYPE


def download(env, name, content, record=None):
    """Return the action that downloads a spreadsheet; it belongs to the record, else to the user alone."""
    attachment = env['ir.attachment'].create(
        {
            'name': f'{name}.xlsx',
            'raw': content,
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
