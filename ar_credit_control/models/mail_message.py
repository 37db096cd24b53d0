from odoo import api, models


class MailMessage(models.Model):
    _inherit = 'mail.message'

    @api.model
    def _ar_keeps_notes(self, model):
        # EXTENDS 'ar_base': that an order was held or released stays in its history
        return model == 'sale.order' or super()._ar_keeps_notes(model)
