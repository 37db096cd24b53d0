import math

from odoo import http
from odoo.exceptions import UserError, ValidationError
from odoo.http import request

from .portal import ReceivablesPortal

MAX_FILE = 10 * 1024 * 1024
ATTACHMENTS = 5
LARGEST = 1e12  # of an amount that a customer types
LONGEST = 10_000  # characters of a remark


class DisputePortal(ReceivablesPortal):
    """A customer objects to an item of its own; another's item is answered as one that does not exist."""

    @http.route(
        ['/my/receivables/dispute/<int:item_id>'],
        type='http',
        auth='public',
        website=True,
        methods=['GET', 'POST'],
        sitemap=False,
    )
    def portal_dispute(self, item_id, reason=None, description=None, amount=None, **kwargs):
        """Ask what is wrong with an item, then open the dispute with what the customer attaches."""
        if login := self._receivables_login():
            return login
        partner = self._receivables_partner()
        line = self._own_open_items(partner, [item_id]).move_line_id
        values = {
            **self._prepare_portal_layout_values(),
            'page_name': 'receivables',
            'line': line,
            'home': self._receivables_home(line.company_id.root_id),
            'error': None,
            'reasons': partner.env['ar.dispute']._fields['reason']._description_selection(request.env),
            'reason': reason,
            'description': description,
            'amount': amount,
        }
        if request.httprequest.method == 'GET':
            return request.render('ar_base.portal_dispute', values)
        try:
            with request.env.cr.savepoint():
                self._open_portal_dispute(partner, line, reason, description, amount)
        except (UserError, ValidationError) as refused:
            return request.render('ar_base.portal_dispute', {**values, 'error': str(refused)})
        return self._back_to_receivables(
            line.company_id.root_id, request.env._("Thank you. We are looking into it and will answer you.")
        )

    def _open_portal_dispute(self, partner, line, reason, description, amount):
        move = line.move_id
        if len(description or '') > LONGEST:
            raise UserError(request.env._("Write at most %s characters.", LONGEST))
        several = len(move._ar_instalments()) > 1
        dispute = partner.env['ar.dispute']._open_on_portal(
            move,
            line if several else line.browse(),
            reason,
            description,
            _amount(amount),
            self._portal_contact(),
            self._receivables_link(),
        )
        message = dispute.message_post(
            body=dispute.description,
            author_id=self._portal_contact().id,
            message_type='comment',
            subtype_xmlid='mail.mt_note',
            attachments=self._dispute_files(),
        )
        partner.env['ar.kept.document']._keep_attachments(dispute, message.attachment_ids)

    def _dispute_files(self):
        """Return (name, content) of what the customer attached.

        :raise UserError: too many files, or one is too large.
        """
        files = [file for file in request.httprequest.files.getlist('attachment') if file.filename]
        if len(files) > ATTACHMENTS:
            raise UserError(request.env._("Attach at most %s files.", ATTACHMENTS))
        found = []
        for file in files:
            file.seek(0)  # the request may be replayed
            content = file.read(MAX_FILE + 1)
            if len(content) > MAX_FILE:
                raise UserError(request.env._("%s is larger than 10 MB.", file.filename))
            found.append((file.filename, content))
        return found


def _amount(text):
    """Return the amount as a number of the browser's form; None where it is left empty.

    :raise UserError: it is no number.
    """
    if not (text or '').strip():
        return None
    try:
        amount = float(text)
    except ValueError:
        amount = math.nan
    if not math.isfinite(amount) or abs(amount) > LARGEST:
        raise UserError(request.env._("%s is not an amount.", text[:20]))
    return amount
