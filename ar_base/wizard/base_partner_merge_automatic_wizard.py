from odoo import models


class BasePartnerMerge(models.TransientModel):
    _inherit = 'base.partner.merge.automatic.wizard'

    def _update_foreign_keys(self, src_partners, dst_partner):
        # Core deletes the rows whose unique index refuses the new partner. A credit account with its holds
        # and decisions must not go that way: the accounts become one first.
        accounts = (
            self.env['ar.credit.account']
            .sudo()
            .with_context(active_test=False)
            .search([('partner_id', 'in', src_partners.ids)])
        )
        accounts._move_to_partner(dst_partner.commercial_partner_id)
        self.env.flush_all()
        return super()._update_foreign_keys(src_partners, dst_partner)
