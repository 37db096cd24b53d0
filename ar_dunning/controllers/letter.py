from odoo import http
from odoo.http import content_disposition, request

from odoo.addons.ar_base.controllers.portal import NOTICE, ReceivablesPortal


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


class LetterPortal(ReceivablesPortal):
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
        """Show the customer a letter that was sent to it: logged in, or by a valid link.

        A letter that does not exist and one of another customer look the same.
        """
        notice, link = self._receivables_document('ar.dunning.notice', notice_id, 'read', access_token)
        deliveries = notice.delivery_ids.filtered(
            lambda delivery: delivery.state in ('sent', 'sending', 'unknown')
        )
        if not deliveries:
            return request.redirect('/my')
        if download:
            return _pdf(*notice._kept_letter(), download=True)
        customer, company = notice.partner_id.commercial_partner_id, notice.company_id.root_id
        items, answers = self._letter_items(notice), request.env.user.share
        page = request.render(
            'ar_dunning.portal_letter',
            {
                'notice': notice,
                'delivery': deliveries.sorted('id')[-1],
                'page_name': 'receivables',
                'token': access_token if link else None,
                'items': items,
                'planned': self._receivables_planned(items),
                'answers': answers,
                'payments': self._payment_choices(company, customer, items) if answers else [],
                'said': request.session.pop(NOTICE, None),
            },
        )
        page.headers['Referrer-Policy'] = 'no-referrer'
        return page

    def _letter_items(self, notice):
        """Return what is still open of the letter (superuser)."""
        demanded = notice._link_items()
        items = request.env['ar.open.item']._of_customer(
            notice.partner_id.commercial_partner_id, notice.company_id.root_id
        )
        return items.filtered(lambda item: item.move_line_id in demanded and item.residual_currency > 0)
