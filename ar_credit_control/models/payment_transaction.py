from odoo import models

from ..exceptions import CreditHold


class PaymentTransaction(models.Model):
    _inherit = 'payment.transaction'

    def _check_amount_and_confirm_order(self):
        # EXTENDS 'sale': the customer has paid (a part). The payment stays, the order waits on hold.
        confirmed = self.env['sale.order']
        for tx in self:
            try:
                with self.env.cr.savepoint():
                    confirmed |= super(PaymentTransaction, tx)._check_amount_and_confirm_order()
            except CreditHold as refusal:
                tx._credit_record_holds(refusal)
        return confirmed

    def _post_process(self):  # pylint: disable=missing-return
        # EXTENDS 'payment': other modules confirm orders in here too. The transaction is post-processed again
        # by the cron; once the order is released nothing stops it.
        for tx in self:
            try:
                with self.env.cr.savepoint():
                    super(PaymentTransaction, tx)._post_process()
            except CreditHold as refusal:
                tx._credit_record_holds(refusal)

    def _credit_record_holds(self, refusal):
        for order in self.env['sale.order'].browse(refusal.order_ids):
            order._credit_record_hold('payment', refusal)
