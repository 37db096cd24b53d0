from odoo import api, models


class StockMoveLine(models.Model):
    """A delivery that is done can be corrected upwards: those goods leave too."""

    _inherit = 'stock.move.line'

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.filtered(lambda line: line.state == 'done').move_id._credit_check()
        return lines

    def write(self, vals):
        before = {}
        if {'quantity', 'product_uom_id', 'location_dest_id'} & set(vals):
            before = {line.id: line._credit_leaving() for line in self if line.state == 'done'}
        result = super().write(vals)
        self.filtered(
            lambda line: line.id in before
            and line.product_id.uom_id.compare(line._credit_leaving(), before[line.id]) > 0
        ).move_id._credit_check()
        return result

    def _credit_leaving(self):
        """Return how much of the line left for a customer, in the product's unit."""
        return self.quantity_product_uom if self.location_dest_id._is_outgoing() else 0.0
