from odoo import fields, models


class ArDunningStageAmount(models.Model):
    """A stage's amounts in a currency in which the converted ones would not be round."""

    _name = 'ar.dunning.stage.amount'
    _description = "Dunning Stage Amount"
    _inherit = ['ar.plausible.mixin']
    _order = 'stage_id, currency_id, id'

    stage_id = fields.Many2one('ar.dunning.stage', required=True, index=True, ondelete='cascade')
    currency_id = fields.Many2one('res.currency', required=True)
    min_amount = fields.Monetary("Minimum Amount")
    fee = fields.Monetary()

    _currency_unique = models.UniqueIndex(
        '(stage_id, currency_id)', "A stage can have only one line of amounts for each currency."
    )
    _not_negative = models.Constraint(
        'CHECK (min_amount >= 0 AND fee >= 0)', "Minimum amount and fee cannot be negative."
    )
