from datetime import timedelta

from odoo import fields, http
from odoo.http import content_disposition, request
from odoo.tools import consteq

from odoo.addons.portal.controllers.portal import CustomerPortal

# How long the link of a mail opens the letter; after that the customer signs in.
LINK_DAYS = 90


def _pdf(name, content, download=False):
    headers = [
        ('Content-Type', 'application/pdf'),
        ('Content-Length', len(content)),
        ('X-Content-Type-Options', 'nosniff'),
    ]
    return request.make_response(
        content,
        [
            *headers,
            ('Content-Disposition', content_disposition(name, 'attachment' if download else 'inline')),
        ],
    )


class LetterPortal(CustomerPortal):
    @http.route('/ar_dunning/letter/<int:notice_id>', type='http', auth='user', methods=['GET'])
    def letter_preview(self, notice_id):
        """Show an internal user the letter: as it was sent, else as it would be."""
        notice = request.env['ar.dunning.notice'].browse(notice_id).exists()
        if not notice or not notice.has_access('read'):
            return request.not_found()
        return _pdf(*notice._kept_letter())

    @http.route(
        '/my/receivables/letters/<int:notice_id>',
        type='http',
        auth='public',
        methods=['GET'],
        website=True,
        sitemap=False,
    )
    def portal_letter(self, notice_id, access_token=None, download=None, **kwargs):
        """Show the customer a letter that was sent to it: signed in, or by the secret of a valid link.

        A letter that does not exist and one of another customer look the same.
        """
        notice = request.env['ar.dunning.notice'].sudo().browse(notice_id).exists()
        if not notice or not (self._is_own_letter(notice) or self._opens_letter(notice, access_token)):
            return request.redirect('/my')
        deliveries = notice.delivery_ids.filtered(
            lambda delivery: delivery.state in ('sent', 'sending', 'unknown')
        )
        if not deliveries:
            return request.redirect('/my')
        if download:
            return _pdf(*notice._kept_letter(), download=True)
        return request.render(
            'ar_dunning.portal_letter',
            {
                'notice': notice,
                'delivery': deliveries.sorted('id')[-1],
                'page_name': 'receivables',
                'token': access_token,
            },
        )

    def _is_own_letter(self, notice):
        user = request.env.user
        return not user._is_public() and user.partner_id.commercial_partner_id == notice.partner_id

    def _opens_letter(self, notice, token):
        last_day = notice.sent_on and notice.sent_on + timedelta(days=LINK_DAYS)
        return bool(
            token
            and notice.access_token
            and consteq(notice.access_token, token)
            and (not last_day or fields.Date.context_today(notice) <= last_day)
        )
