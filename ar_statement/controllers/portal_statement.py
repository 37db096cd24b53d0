from odoo import http
from odoo.http import content_disposition, request

from odoo.addons.ar_base.controllers.portal import ReceivablesPortal

SHOWN = 12


class ReceivablesStatements(ReceivablesPortal):
    """The statements and confirmations that were sent, on the customer's page and by their links."""

    def _prepare_receivables_values(self, company, partner):
        own = [('partner_id', 'child_of', partner.ids), ('company_id', '=', company.id)]
        return {
            **super()._prepare_receivables_values(company, partner),
            'statements': request.env['ar.statement.line']
            .sudo()
            .search([*own, ('state', '=', 'sent')], limit=SHOWN, order='as_of desc, id desc'),
            'confirmations': request.env['ar.balance.confirmation']
            .sudo()
            .search(
                [*own, ('state', 'in', ('sent', 'confirmed', 'objected'))],
                limit=SHOWN,
                order='as_of desc, id desc',
            ),
        }

    def _statement_send_pdf(self, name, content):
        return request.make_response(
            content,
            headers=[
                ('Content-Type', 'application/pdf'),
                ('Content-Disposition', content_disposition(name)),
                ('Referrer-Policy', 'no-referrer'),
                ('Cache-Control', 'no-store'),
            ],
        )

    @http.route(
        ['/my/statements/<int:line_id>'],
        type='http',
        auth='public',
        website=True,
        sitemap=False,
        methods=['GET'],
    )
    def portal_statement_sent(self, line_id, access_token=None, **kwargs):
        """Send the PDF as it was sent; later changes of the books do not reach it."""
        line, _link = self._receivables_document('ar.statement.line', line_id, 'read', access_token)
        if not line or line.state != 'sent':
            return request.not_found()
        content = line._pdf()
        return self._statement_send_pdf(line.attachment_id.name, content)
