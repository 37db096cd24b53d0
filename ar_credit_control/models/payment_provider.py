from odoo import api, models


class PaymentProvider(models.Model):
    _inherit = 'payment.provider'

    @api.model
    def _get_compatible_providers(self, *args, sale_order_id=None, **kwargs):
        # EXTENDS 'payment': an order that waits for credit is paid now; to pay it later is what was refused.
        providers = super()._get_compatible_providers(*args, sale_order_id=sale_order_id, **kwargs)
        order = self.env['sale.order'].sudo().browse(sale_order_id or []).exists()
        if order.credit_state not in ('hold', 'rejected'):
            return providers
        return providers.filtered(lambda provider: not provider._credit_pays_later())

    def _credit_pays_later(self):
        """Hook: whether a payment by this provider is only announced, and due when the goods arrive."""
        self.ensure_one()
        return False
