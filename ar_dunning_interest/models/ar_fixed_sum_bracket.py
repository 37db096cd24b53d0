from odoo import fields, models


class ArFixedSumBracket(models.Model):
    """The sum due for debts from an amount on."""

    _name = 'ar.fixed.sum.bracket'
    _description = "Fixed Sum by Size of the Debt"
    _inherit = ['ar.plausible.mixin']
    _order = 'fixed_sum_id, lower, id'

    fixed_sum_id = fields.Many2one('ar.fixed.sum', required=True, index=True, ondelete='cascade')
    currency_id = fields.Many2one(related='fixed_sum_id.currency_id')
    lower = fields.Monetary("Debts from", help="Up to the next line's.")
    amount = fields.Monetary(required=True)

    _lower_unique = models.UniqueIndex('(fixed_sum_id, lower)', "Two lines start at the same debt.")
    _not_negative = models.Constraint(
        'CHECK (lower >= 0 AND amount >= 0)', "Debts and sums cannot be negative."
    )
