def attach(record, name, content):
    """Keep ``content`` as a file of ``record``, and return the attachment.

    :param name: slashes, as in numbers of documents, become dashes.
    """
    return record.env['ir.attachment'].create(
        {'name': name.replace('/', '-'), 'raw': content, 'res_model': record._name, 'res_id': record.id}
    )


def download(record, name, content):
    """Keep ``content`` as a file of ``record``, and return the action that downloads it."""
    return {
        'type': 'ir.actions.act_url',
        'url': f'/web/content/{attach(record, name, content).id}?download=true',
        'target': 'download',
    }
