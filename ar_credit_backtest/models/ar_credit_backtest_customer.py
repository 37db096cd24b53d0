from odoo import api, fields, models


class ArCreditBacktestCustomer(models.Model):
    """One customer of a back-test: its orders added up."""

    _name = 'ar.credit.backtest.customer'
    _description = "Customer of a Policy Back-test"
    _order = 'difference desc, order_value desc, id'
    _rec_name = 'partner_id'

    backtest_id = fields.Many2one('ar.credit.backtest', required=True, index=True, ondelete='cascade')
    company_id = fields.Many2one(related='backtest_id.company_id', store=True)
    currency_id = fields.Many2one(related='company_id.currency_id')
    partner_id = fields.Many2one('res.partner', "Customer", required=True, ondelete='cascade')
    order_count = fields.Integer("Orders")
    order_value = fields.Monetary("Value")
    held_count_a = fields.Integer("Held (A)")
    held_count_b = fields.Integer("Held (B)")
    held_value_a = fields.Monetary("Value Held (A)")
    held_value_b = fields.Monetary("Value Held (B)")
    difference = fields.Monetary("B Minus A", compute='_compute_difference', store=True, precompute=True)
    lost_a = fields.Monetary("Put at Risk (A)")
    lost_b = fields.Monetary("Put at Risk (B)")
    saved_a = fields.Monetary("Avoided (A)")
    saved_b = fields.Monetary("Avoided (B)")

    @api.depends('held_value_a', 'held_value_b')
    def _compute_difference(self):
        for row in self:
            row.difference = row.held_value_b - row.held_value_a

    def action_open_orders(self):
        """Open this customer's orders of the back-test."""
        self.ensure_one()
        action = self.backtest_id.action_open_orders()
        action['domain'] = [
            ('backtest_id', '=', self.backtest_id.id),
            ('partner_id', '=', self.partner_id.id),
        ]
        return action
