from odoo import api, fields, models
from odoo.fields import Domain


class ArOpenItem(models.Model):
    """The open items of one customer, for statements and for the customer's own page."""

    _inherit = 'ar.open.item'

    @api.model
    def _of_customer(self, partner, company=None, as_of=None):
        """Return the open items of the customer's commercial family, the oldest due first; read as superuser.

        Whoever calls this decides who may see them: the items are those of ``partner`` and of nobody else.

        :param partner: any contact of the customer; its commercial entity counts, with all its contacts.
        :param company: only items of this company's tree, aged by its scheme; every company's without.
        :param as_of: the as-of date; default today.
        """
        family = (
            self.env['res.partner']
            .sudo()
            .with_context(active_test=False)
            .search([('id', 'child_of', partner.sudo().commercial_partner_id.ids)])
        )
        items = self.sudo().with_context(
            as_of=fields.Date.to_string(as_of or fields.Date.context_today(self)),
            aging_partner_ids=family.ids,
        )
        domain = Domain('commercial_partner_id', 'in', partner.sudo().commercial_partner_id.ids)
        if company:
            scheme = company.root_id._ar_scheme()
            items = items.with_company(company.root_id).with_context(
                aging_scheme_id=scheme.id, aging_credits=scheme._statement_credits()
            )
            domain &= Domain('company_id', 'child_of', company.sudo().root_id.ids)
        return items.search(domain)
