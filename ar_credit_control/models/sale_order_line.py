from odoo import api, models

# Writing one of these on a line of a confirmed order can raise the order's total.
RISKY_FIELDS = {
    'order_id',
    'product_id',
    'product_uom_qty',
    'product_uom_id',
    'price_unit',
    'discount',
    'tax_ids',
    'is_downpayment',
    'display_type',
}


class SaleOrderLine(models.Model):
    _inherit = 'sale.order.line'

    @api.model_create_multi
    def create(self, vals_list):
        orders = self.env['sale.order'].browse(
            {vals['order_id'] for vals in vals_list if vals.get('order_id')}
        )
        with orders._credit_watch_confirmed():
            return super().create(vals_list)

    def write(self, vals):
        if not RISKY_FIELDS & set(vals):
            return super().write(vals)
        orders = self.order_id | self.env['sale.order'].browse(vals.get('order_id') or [])
        with orders._credit_watch_confirmed():
            return super().write(vals)

    def unlink(self):
        with self.order_id._credit_watch_confirmed():
            return super().unlink()
