from odoo import fields, models

# In the context of a sale over the counter only. A client can name the key, but no value that it sends is
# this very object.
AT_TILL = object()


class SaleOrder(models.Model):
    _inherit = 'sale.order'

    def action_confirm(self):
        # EXTENDS 'sale': the money is in the till. An order that is refused waits on hold; the sale over the
        # counter stays.
        if self.env.context.get('credit_entry') is not AT_TILL:
            return super().action_confirm()
        for order in self.with_context(credit_entry=None):
            if refusal := order._credit_attempt(order.action_confirm):
                order._credit_record_hold('pos', refusal)
        return True

    # === What the till has sold and taken ===

    def _credit_sold_at_till(self, sales=None):
        """Return {order id: what closed sales over the counter sold of it}, in the order's currency.

        :param sales: of these ``pos.order`` only.
        """
        sold = {}
        for order, sale, amount in self._credit_till_lines(sales):
            sold[order.id] = sold.get(order.id, 0.0) + order._credit_of_till(amount, sale)
        return sold

    def _credit_till_lines(self, sales=None):
        """Return (order, ``pos.order``, amount in the currency of the sale) of what was sold of these."""
        domain = [('sale_order_origin_id', 'in', self.ids), ('order_id.state', 'in', ('paid', 'done'))]
        if sales is not None:
            domain = [('sale_order_origin_id', 'in', self.ids), ('order_id', 'in', sales.ids)]
        return (
            self.env['pos.order.line']
            .sudo()
            ._read_group(domain, ['sale_order_origin_id', 'order_id'], ['price_subtotal_incl:sum'])
            if self.ids
            else []
        )

    def _credit_of_till(self, amount, sale):
        if sale.currency_id == self.currency_id:
            return amount
        day = fields.Date.to_date(sale.date_order)
        return sale.currency_id._convert(amount, self.currency_id, self.company_id, day)

    def _credit_paid_at_till(self):
        """Return what was paid over the counter for the order, in its currency.

        What a sale leaves on the customer's account is no payment; it is taken off each order of the sale.
        """
        self.ensure_one()
        return sum(
            self._credit_of_till(amount - max(sale._credit_later_amount(), 0) if amount > 0 else amount, sale)
            for _order, sale, amount in self._credit_till_lines()
        )

    def _credit_is_paid(self):
        # EXTENDS 'ar_credit_control'
        if super()._credit_is_paid():
            return True
        paid = self.amount_paid + max(self.sudo()._credit_paid_at_till(), 0)
        return self.currency_id.compare_amounts(paid, self.amount_total) >= 0
