def download(record, name, content):
    """Keep ``content`` as a file of ``record``, and return the action that downloads it.

    :param name: slashes, as in numbers of documents, become dashes.
    """
    attachment = record.env['ir.attachment'].create(
        {'name': name.replace('/', '-'), 'raw': content, 'res_model': record._name, 'res_id': record.id}
    )
    return {
        'type': 'ir.actions.act_url',
        'url': f'/web/content/{attachment.id}?download=true',
        'target': 'download',
    }
