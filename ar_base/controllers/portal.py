from odoo import fields, http
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal


class ReceivablesPortal(CustomerPortal):
    """My receivables: what the logged-in user's commercial entity owes, and nothing of anybody else.

    Everything is read by superuser, with the commercial entity of the logged-in user in the domain; no figure is
    found by an id that the browser sends. Upper addons extend ``_prepare_receivables_values`` and the template.
    """

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if 'receivable_count' in counters:
            values['receivable_count'] = len(request.env['ar.open.item']._of_customer(self._receivables_partner()))
        return values

    @http.route(['/my/receivables'], type='http', auth='user', website=True, sitemap=False)
    def portal_my_receivables(self, company=None, **kwargs):
        """Show the open items in one of the companies that the customer deals with."""
        partner = self._receivables_partner()
        companies = self._receivables_companies(partner)
        chosen = companies.filtered(lambda c: str(c.id) == company) or companies[:1]
        values = {
            **self._prepare_portal_layout_values(),
            **self._prepare_receivables_values(chosen, partner),
            'companies': companies, 'page_name': 'receivables', 'message': kwargs.get('message'),
        }
        return request.render('ar_base.portal_my_receivables', values)

    def _receivables_partner(self):
        """Return the commercial entity of the logged-in user, as superuser: whose figures may be shown."""
        return request.env.user.partner_id.sudo().commercial_partner_id

    def _receivables_companies(self, partner):
        """Return the main companies in which the customer has an open item or a credit file; never none."""
        accounts = request.env['ar.credit.account'].sudo().search([('partner_id', '=', partner.id)])
        companies = request.env['ar.open.item']._of_customer(partner).company_id.root_id | accounts.company_id
        return companies.sorted('sequence') or request.env.company.sudo().root_id

    def _prepare_receivables_values(self, company, partner):
        """Return the values of the page. Extend it for the sections of upper addons.

        :param company: the main company whose receivables are shown (superuser).
        :param partner: the commercial entity (superuser); every search must carry it in its domain.
        """
        items = request.env['ar.open.item']._of_customer(partner, company)
        return {
            'company': company,
            'partner': partner,
            'account': request.env['ar.credit.account'].sudo().search(
                [('partner_id', '=', partner.id), ('company_id', '=', company.id)]),
            'items': items,
            'today': fields.Date.context_today(items),
        }
