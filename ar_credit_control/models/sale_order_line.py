from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL, float_is_zero

from odoo.addons.ar_base.rules.money import ZERO

# Writing one of these on a line of a confirmed order can raise the order's total, or what is open of it.
RISKY_FIELDS = {
    'order_id',
    'product_id',
    'product_uom_qty',
    'product_uom_id',
    'qty_delivered',
    'price_unit',
    'discount',
    'tax_ids',
    'is_downpayment',
    'display_type',
    'extra_tax_data',
}


class SaleOrderLine(models.Model):
    _name = 'sale.order.line'
    _inherit = ['ar.computed.mixin', 'sale.order.line']

    _computed_only = frozenset(
        [
            'amount_invoiced',
            'amount_to_invoice',
            'invoice_lines',
            'invoice_status',
            'price_reduce_taxexcl',
            'price_reduce_taxinc',
            'price_subtotal',
            'price_tax',
            'price_total',
            'qty_delivered_method',
            'qty_invoiced',
            'qty_invoiced_posted',
            'qty_to_invoice',
            'state',
            'untaxed_amount_invoiced',
            'untaxed_amount_to_invoice',
        ]
    )

    @api.model
    def default_get(self, fields):
        # The context adds no down payment and no figures of tax to lines: who enters a line names them.
        return super().default_get(
            [name for name in fields if name not in ('is_downpayment', 'extra_tax_data')]
        )

    @api.model_create_multi
    def create(self, vals_list):
        order_ids = {vals['order_id'] for vals in vals_list if vals.get('order_id')}
        if any(not vals.get('order_id') for vals in vals_list):
            order_ids.add(self.default_get(['order_id']).get('order_id'))
        orders = self.env['sale.order'].browse(order_ids - {None, False})
        with orders._credit_watch_confirmed():
            lines = super().create(vals_list)
            lines._credit_check_entered(set().union(*vals_list) if vals_list else ())
        # However else they came to a confirmed order.
        (lines.order_id - orders).filtered(lambda order: order.state == 'sale')._credit_check()
        return lines

    def write(self, vals):
        self._credit_check_written(vals)
        if not RISKY_FIELDS & set(vals):
            return super().write(vals)
        orders = self.order_id | self.env['sale.order'].browse(vals.get('order_id') or [])
        with orders._credit_watch_confirmed():
            result = super().write(vals)
            self._credit_check_entered(vals)
            return result

    def _credit_category_amounts(self):
        """Return [category, amount, most] of each product category with a limit, subcategories included."""
        found = []
        goods = self.filtered(lambda line: not line.display_type and not line.is_downpayment)
        for category in self.env['product.category']._ar_limited(self.order_id.company_id.root_id):
            inside = goods.filtered(lambda line: line.product_id.categ_id._ar_is_within(category))  # noqa: B023
            if inside:
                order = inside.order_id
                amounts = [order._credit_convert(line.price_total, order.currency_id.id) for line in inside]
                found.append([category.name, sum(amounts, ZERO), category.ar_max_amount])
        return found

    def unlink(self):
        with self.order_id._credit_watch_confirmed():
            return super().unlink()

    @api.model
    def _credit_invoiced_elsewhere(self):
        """Hook: return SQL of what other documents than invoices bill of a line, in the order's currency.

        The line is ``s``, its order ``o``. Flush what your SQL reads.
        """
        return SQL('0')

    # === What decides how a line weighs ===

    def _credit_check_written(self, vals):
        """Refuse to make a line a down payment, or to enter what stock or tax computation gives."""
        if self.env.su:
            return
        refused = {'is_downpayment', 'extra_tax_data'} & vals.keys()
        if 'qty_delivered' in vals and any(
            line.qty_delivered_method not in (False, 'manual') for line in self.sudo()
        ):
            refused.add('qty_delivered')
        self._refuse_computed({name for name in refused if not self._says_what_is_so(name, vals[name])})

    def _credit_check_entered(self, names):
        """Refuse a down payment with a quantity, and figures of tax that contradict quantity and price.

        The tax figures of a line (``extra_tax_data``) replace what its price gives; they are meant to place
        the cents of a rounding.
        """
        if self.env.su:
            return
        if {'is_downpayment', 'product_uom_qty'} & set(names):
            for line in self.sudo():
                if line.is_downpayment and line.product_uom_qty:
                    raise UserError(
                        self.env._(
                            "%s is a down payment: its ordered quantity is 0. Add a line for what is sold.",
                            line.name,
                        )
                    )
        if 'extra_tax_data' in names:
            self.sudo().filtered('extra_tax_data')._credit_check_tax_data()

    def _credit_check_tax_data(self):
        for line in self:
            price = line.price_unit * (1 - (line.discount or 0.0) / 100)
            found = line.tax_ids.compute_all(
                price,
                currency=line.currency_id,
                quantity=line.product_uom_qty,
                product=line.product_id,
                partner=line.order_id.partner_shipping_id,
            )['total_included']
            tolerance = max(abs(found) * 0.01, 10 * line.currency_id.rounding)
            if not float_is_zero(line.price_total - found, precision_rounding=2 * tolerance):
                line._refuse_computed({'price_total'})
