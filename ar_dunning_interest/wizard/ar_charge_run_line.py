from odoo import fields, models


class ArChargeRunLine(models.TransientModel):
    """One late item and what it would be charged."""

    _name = 'ar.charge.run.line'
    _description = "Item to Charge"
    _inherit = ['ar.plausible.mixin']

    run_id = fields.Many2one('ar.charge.run', required=True, index=True, ondelete='cascade')
    move_line_id = fields.Many2one('account.move.line', "Item", required=True, ondelete='cascade')
    partner_id = fields.Many2one(related='move_line_id.partner_id', string="Customer")
    move_id = fields.Many2one(related='move_line_id.move_id', string="Document")
    date_maturity = fields.Date(related='move_line_id.date_maturity', string="Due Date")
    settled = fields.Boolean(related='move_line_id.reconciled', string="Paid")
    currency_id = fields.Many2one(related='move_line_id.currency_id')
    interest = fields.Monetary()
    fixed_sum = fields.Monetary()
    text = fields.Text("Why")
    included = fields.Boolean("Charge", default=True)
