from odoo import api, models
from odoo.tools import SQL


class SaleOrder(models.Model):
    _inherit = 'sale.order'

    @api.model
    def _ar_delivered_on(self, order):
        """Return SQL of the moment of the first delivery; NULL without the stock app, which alone knows it.

        :param order: SQL name of the order's row in ``sale_order``.
        """
        return SQL('%s.effective_date', order) if 'effective_date' in self._fields else SQL('NULL::timestamp')
