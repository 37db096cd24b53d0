from odoo import api, models


class AccountPaymentTermLine(models.Model):
    """The days of credit of terms are kept until a line changes: ``account.payment.term._ar_credit_days``."""

    _inherit = 'account.payment.term.line'

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        self.env.registry.clear_cache()
        return lines

    def write(self, vals):
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result
