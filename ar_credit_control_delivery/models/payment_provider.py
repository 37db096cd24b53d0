from odoo import models


class PaymentProvider(models.Model):
    _inherit = 'payment.provider'

    def _credit_pays_later(self):
        # EXTENDS 'ar_credit_control'
        return self.custom_mode == 'cash_on_delivery' or super()._credit_pays_later()
