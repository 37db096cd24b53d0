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
        # EXTENDS 'payment': other modules confirm orders in here too.
        for tx in self:
            tx._credit_post_process(super(PaymentTransaction, tx)._post_process)

    def _credit_post_process(self, process):
        """Post-process the transaction by ``process``; an order that is refused waits on hold.

        What was done until the refusal is undone, and done again for an order that is no draft any more:
        payment on delivery and the like confirm drafts only. An addon that confirms in ``_post_process``
        before it calls ``super()`` needs a bridge that puts this around it.
        """
        self.ensure_one()
        attempt = self.env['sale.order']._credit_attempt
        if refusal := attempt(process):
            self._credit_record_holds(refusal)
            drafts = self.sale_order_ids.filtered(lambda order: order.state == 'draft')
            drafts.with_context(tracking_disable=True).action_quotation_sent()
            attempt(process)

    def _credit_record_holds(self, refusal):
        for order in self.env['sale.order'].browse(refusal.order_ids):
            order._credit_record_hold('payment', refusal)
