from odoo import models


class PaymentTransaction(models.Model):
    _inherit = 'payment.transaction'

    def _post_process(self):  # pylint: disable=missing-return
        # EXTENDS 'website_sale_collect': it confirms the order before it lets others process the transaction.
        for tx in self:
            tx._credit_post_process(super(PaymentTransaction, tx)._post_process)
