from odoo import api, models
from odoo.tools import SQL

from ..engine import pay_later as engine


class SaleOrderLine(models.Model):
    _inherit = 'sale.order.line'

    @api.model
    def _credit_invoiced_elsewhere(self):
        # EXTENDS 'ar_credit_control': what was sold over the counter is billed there.
        return SQL('%s + %s', super()._credit_invoiced_elsewhere(), self._credit_sold_at_till())

    @api.model
    def _credit_sold_at_till(self, sales=None):
        """Return ``engine.pay_later.sold`` of these ``pos.order`` (default: all), what it reads flushed."""
        for model, names in engine.FLUSHED_LINES.items():
            self.env[model].flush_model(names)
        return engine.sold(None if sales is None else sales.ids)
