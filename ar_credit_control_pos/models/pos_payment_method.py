from odoo import api, models


class PosPaymentMethod(models.Model):
    _inherit = 'pos.payment.method'

    @api.model
    def _credit_pay_later_methods(self):
        """Return the methods that leave the amount on the customer's account."""
        methods = self.with_context(active_test=False).search_fetch(
            [('journal_id', '=', False)], ['journal_id', 'split_transactions']
        )
        return methods.filtered(lambda method: method.type == 'pay_later')
