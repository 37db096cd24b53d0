from odoo import fields, models
from odoo.exceptions import UserError


class ArChargeAllocationLine(models.TransientModel):
    """One open document and what the receipt settles of it."""

    _name = 'ar.charge.allocation.line'
    _description = "Allocation of a Receipt"
    _inherit = ['ar.plausible.mixin']
    _order = 'sequence, id'

    allocation_id = fields.Many2one('ar.charge.allocation', required=True, index=True, ondelete='cascade')
    sequence = fields.Integer()
    move_line_id = fields.Many2one('account.move.line', "Item", required=True, ondelete='cascade')
    move_id = fields.Many2one(related='move_line_id.move_id', string="Document")
    date_maturity = fields.Date(related='move_line_id.date_maturity', string="Due Date")
    currency_id = fields.Many2one(related='move_line_id.currency_id')
    kind = fields.Selection(
        [('fees', "Fees"), ('interest', "Interest"), ('principal', "Principal")], required=True
    )
    residual = fields.Monetary("Open")
    included = fields.Boolean("Settle", default=True)
    applied = fields.Monetary("Settled")

    def _check_unchanged(self):
        if self.currency_id.compare_amounts(self.residual, self.move_line_id.amount_residual_currency):
            raise UserError(
                self.env._(
                    "%(document)s of %(customer)s was matched in the meantime: %(open)s is open. "
                    "Open the proposal again.",
                    document=self.move_id.name,
                    customer=self.allocation_id.partner_id.name,
                    open=self.currency_id.format(self.move_line_id.amount_residual_currency),
                )
            )
