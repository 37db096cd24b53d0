from odoo import models


class ResPartner(models.Model):
    _inherit = 'res.partner'

    def action_open_credit_account(self):
        """Open the credit file of the customer's commercial entity."""
        self.ensure_one()
        return self.env['ar.credit.account'].action_open_for_partner(self.id)

    def write(self, vals):
        result = super().write(vals)
        if {'parent_id', 'is_company'} & set(vals):
            self._ar_follow_commercial_partner()
        return result

    def _ar_follow_commercial_partner(self):
        """A customer that became a contact of another one joins that one's credit account."""
        accounts = (
            self.env['ar.credit.account']
            .sudo()
            .with_context(active_test=False)
            .search([('partner_id', 'in', self.ids)])
        )
        for account in accounts.filtered(lambda a: a.partner_id.commercial_partner_id != a.partner_id):
            account._move_to_partner(account.partner_id.commercial_partner_id)
