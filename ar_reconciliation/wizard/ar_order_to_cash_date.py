from odoo import fields, models
from odoo.tools import format_date


class ArOrderToCashDate(models.TransientModel):
    """Asks for the day as of which orders are followed to the money."""

    _name = 'ar.order.to.cash.date'
    _description = "Order to Cash as of a Date"
    _inherit = ['ar.plausible.mixin']

    as_of = fields.Date("As of", required=True, default=fields.Date.context_today)

    def action_open(self):
        """Open the page with invoices, credit notes and payments dated on the day or before."""
        self.ensure_one()
        return {
            **self.env['ir.actions.act_window']._for_xml_id('ar_reconciliation.ar_order_to_cash_action'),
            'name': self.env._("Order to Cash as of %s", format_date(self.env, self.as_of)),
            'context': {'as_of': fields.Date.to_string(self.as_of)},
            'target': 'main',
        }
