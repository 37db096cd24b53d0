from odoo import models

from ...rules.differences import BY_CODE


class ArSalesDifference(models.Model):
    """What clears a difference, in words and as the document to do it on."""

    _inherit = 'ar.sales.difference'

    def _compute_remedy(self):
        texts = self._remedy_texts()
        for difference in self:
            difference.remedy = texts.get(difference.code)

    def _remedy_texts(self):
        _ = self.env._
        return {
            'currency_gap': _("Credit the invoice and invoice the order again in its own currency."),
            'tax_gap': _(
                "Check the taxes and the fiscal position. Credit the invoice and invoice the order again, or correct the order."
            ),
            'price_gap': _("Credit the difference, or let sales correct the price of the order."),
            'quantity_gap': _("Credit what was not ordered, or let sales raise the quantity of the order."),
            'credit_without_return': _(
                "Receive the goods back, invoice them again, or accept the credit note as a price reduction."
            ),
            'delivered_not_invoiced': _("Invoice what was delivered."),
            'invoiced_not_delivered': _("Deliver, or credit what is not going to be delivered."),
            'cancelled_order': _("Credit the invoice, or confirm the order again."),
            'other_customer': _(
                "Credit the invoice and invoice the customer who ordered, or correct the invoice address of the order."
            ),
            'other_salesperson': _(
                "Enter on the invoice the salesperson of the order, or the other way round."
            ),
            'commission_base': _("Add to the order what was invoiced beside it, or credit it."),
            'invoice_without_order': _(
                "Link the invoice to its order, enter the order, or accept it as a sale without order."
            ),
            'wrong_customer': _(
                "Take the payment off the invoice and allocate it to the customer who paid, or to the invoice that it names."
            ),
            'receipt_unallocated': _("Match the receipt with the customer's open invoices."),
        }

    def action_remedy(self):
        """Open the document, or the wizard on it, that clears the difference."""
        self.ensure_one()
        return getattr(self, f'_open_{BY_CODE[self.code].opens}')()

    def action_open_form(self):
        """Open the difference itself, to explain it."""
        self.ensure_one()
        return self._form(self._name, self)

    def _open_order(self):
        return self._form('sale.order', self.order_id)

    def _open_bill(self):
        """Offer to invoice the order."""
        return {
            **self.env['ir.actions.act_window']._for_xml_id('sale.action_view_sale_advance_payment_inv'),
            'context': {
                'active_model': 'sale.order',
                'active_id': self.order_id.id,
                'active_ids': self.order_id.ids,
            },
        }

    def _open_invoice(self):
        return self._form('account.move', self.move_id)

    def _open_reverse(self):
        """Offer to credit the invoice, to whoever may; others see it."""
        if not self.move_id or not self.env['account.move.reversal'].has_access('create'):
            return self._open_invoice() if self.move_id else self._open_order()
        return {
            **self.env['ir.actions.act_window']._for_xml_id('account.action_view_account_move_reversal'),
            'context': {
                'active_model': 'account.move',
                'active_id': self.move_id.id,
                'active_ids': self.move_id.ids,
            },
        }

    def _open_payment(self):
        payment = self.move_line_id.payment_id
        return self._form('account.payment', payment) if payment else self._open_invoice()

    def _open_allocate(self):
        """Open the customer's oldest open invoice, where the receipt is offered for matching."""
        item = self.env['ar.open.item'].search(
            [
                ('commercial_partner_id', '=', self.partner_id.id),
                ('company_id', '=', self.company_id.id),
                ('residual', '>', 0),
                ('move_type', '=', 'out_invoice'),
            ],
            limit=1,
        )
        return self._form('account.move', item.move_id or self.move_id)

    def _form(self, model, record):
        return {'type': 'ir.actions.act_window', 'res_model': model, 'res_id': record.id, 'view_mode': 'form'}
