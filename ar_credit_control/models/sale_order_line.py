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

    def _credit_category_amounts(self):
        """Return [category, amount, most] of each product category with a limit, subcategories included."""
        amounts = {}
        for line in self.filtered(lambda line: not line.display_type and not line.is_downpayment):
            order = line.order_id
            category = line.product_id.categ_id.sudo().with_company(order.company_id.root_id)
            while category:
                if category.ar_max_amount > 0:
                    amount = order._credit_convert(line.price_total, order.currency_id.id)
                    amounts[category] = amounts.get(category, 0) + amount
                category = category.parent_id
        return [[category.name, amount, category.ar_max_amount] for category, amount in amounts.items()]

    def unlink(self):
        with self.order_id._credit_watch_confirmed():
            return super().unlink()
