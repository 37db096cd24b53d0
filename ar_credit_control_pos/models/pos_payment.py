from odoo import api, models

from .pos_order import WITH_PAYMENTS


class PosPayment(models.Model):
    """A sale that is closed may still be put on the customer's account instead of being paid."""

    _inherit = 'pos.payment'

    @api.model_create_multi
    def create(self, vals_list):
        sales = self.env['pos.order'].browse(
            {vals['pos_order_id'] for vals in vals_list if vals.get('pos_order_id')}
        )
        with self._credit_sales(sales)._credit_watch():
            return super().create(vals_list)

    def write(self, vals):
        if not {'amount', 'payment_method_id', 'pos_order_id'} & vals.keys():
            return super().write(vals)
        sales = self.pos_order_id | self.env['pos.order'].browse(vals.get('pos_order_id') or [])
        with self._credit_sales(sales)._credit_watch():
            return super().write(vals)

    def unlink(self):
        with self._credit_sales(self.pos_order_id)._credit_watch():
            return super().unlink()

    @api.model
    def _credit_sales(self, sales):
        """Return those of the sales whose payments are to be checked here."""
        with_sale = self.env.context.get('credit_payments') is WITH_PAYMENTS
        return sales.browse() if with_sale else sales.filtered(lambda sale: sale.state in ('paid', 'done'))
