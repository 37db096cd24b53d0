from odoo import models


class ArCreditAccount(models.Model):
    _inherit = 'ar.credit.account'

    def action_brief(self):
        """Open the customer in one page."""
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Customer in One Page"),
            'res_model': 'ar.customer.brief',
            'res_id': self.env['ar.customer.brief']._of(self).id,
            'views': [(False, 'form')],
        }
