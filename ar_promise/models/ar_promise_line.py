from odoo import fields, models


class ArPromiseLine(models.Model):
    """An amount promised by a date, in the currency of the promise."""

    _name = 'ar.promise.line'
    _description = "Promised Amount"
    _inherit = ['ar.commitment.part.mixin']
    _order = 'date, amount, id'
    _rec_name = 'date'
    _agreed = frozenset({'promise_id', 'date', 'amount'})
    _facts = frozenset({'received'})

    promise_id = fields.Many2one('ar.promise', required=True, index=True, ondelete='restrict')
    company_id = fields.Many2one(related='promise_id.company_id', store=True)
    currency_id = fields.Many2one(related='promise_id.currency_id')
    date = fields.Date("Promised for", required=True)
    amount = fields.Monetary(required=True)
    received = fields.Monetary(readonly=True)

    _amount_positive = models.Constraint('CHECK (amount > 0)', "A promised amount must be above zero.")

    def _commitment(self):
        return self.promise_id
