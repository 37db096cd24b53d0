from odoo import http
from odoo.exceptions import AccessError, MissingError
from odoo.http import content_disposition, request

from odoo.addons.portal.controllers.portal import CustomerPortal


def _pdf(name, content, download=False):
    headers = [('Content-Type', 'application/pdf'), ('Content-Length', len(content)), ('X-Content-Type-Options', 'nosniff')]
    return request.make_response(content, [*headers, (
        'Content-Disposition', content_disposition(name, 'attachment' if download else 'inline'))])


class LetterPortal(CustomerPortal):

    @http.route('/ar_dunning/letter/<int:notice_id>', type='http', auth='user', methods=['GET'])
    def letter_preview(self, notice_id):
        """Show a colleague the letter: as it was sent, else as it would be."""
        notice = request.env['ar.dunning.notice'].browse(notice_id).exists()
        if not notice or not notice.has_access('read'):
            return request.not_found()
        return _pdf(*notice._kept_letter())

    @http.route('/my/receivables/letters/<int:notice_id>', type='http', auth='public', methods=['GET'], website=True, sitemap=False)
    def portal_letter(self, notice_id, access_token=None, download=None, **kwargs):
        """Show the customer a letter that was sent to it, by the secret of its link."""
        try:
            notice = self._document_check_access('ar.dunning.notice', notice_id, access_token)
        except (AccessError, MissingError):
            return request.redirect('/my')
        deliveries = notice.sudo().delivery_ids.filtered(lambda delivery: delivery.state in ('sent', 'sending', 'unknown'))
        if not deliveries:
            return request.redirect('/my')
        if download:
            return _pdf(*notice._kept_letter(), download=True)
        return request.render('ar_dunning.portal_letter', {
            'notice': notice, 'delivery': deliveries.sorted('id')[-1], 'page_name': 'receivables', 'token': access_token})
