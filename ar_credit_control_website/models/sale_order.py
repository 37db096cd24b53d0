from odoo import models


class SaleOrder(models.Model):
    _inherit = 'sale.order'

    def _credit_record_hold(self, origin, refusal=None):
        # EXTENDS 'ar_credit_control': a customer of the shop may pay at once instead of waiting.
        decision = super()._credit_record_hold(origin, refusal)
        order = self.sudo()
        if order.website_id and order.state in ('draft', 'sent') and not order.require_payment:
            order.write({'require_payment': True, 'prepayment_percent': 1.0})
        return decision

    def _credit_may_pay_now(self):
        """Tell whether the order waits for credit, and a payment of it would confirm it."""
        self.ensure_one()
        return self.credit_state in ('hold', 'rejected') and self._has_to_be_paid()
