"""Files that a button makes, and how they reach who pressed it."""


def serve(attachment):
    """Return the action that downloads a file."""
    return {
        'type': 'ir.actions.act_url',
        'url': f'/web/content/{attachment.id}?download=true',
        'target': 'download',
    }


def download(env, name, content, record=None):
    """Make a file and return the action that downloads it; it belongs to the record, else to the user alone.

    :param name: with its ending; slashes, as in numbers of documents, become dashes.
    """
    owner = {'res_model': record._name, 'res_id': record.id} if record else {}
    return serve(env['ir.attachment'].create({'name': name.replace('/', '-'), 'raw': content, **owner}))


def download_kept(record, name, make):
    """Return the same for a paper of a fixed record: the first one handed out is kept, and served ever after.

    :param make: called for the bytes unless a paper of this name is kept.
    :raise UserError: the file is no longer the one that was kept.
    """
    record.check_access('read')
    return serve(record.env['ar.kept.document']._keep_once(record, name, make))
