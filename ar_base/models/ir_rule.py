from odoo import api, models
from odoo.fields import Domain


class IrRule(models.Model):
    """What a dialog says is for the user who opened it.

    Odoo lets everybody who may read a dialog's model read the rows of all users: figures of customers and
    companies stand in them that the reader may not see.
    """

    _inherit = 'ir.rule'

    @api.model
    def _compute_domain(self, model_name, mode='read'):
        domain = super()._compute_domain(model_name, mode)
        if model_name.startswith('ar.') and not self.env.su and self.env[model_name].is_transient():
            domain &= Domain('create_uid', '=', self.env.uid)
        return domain
