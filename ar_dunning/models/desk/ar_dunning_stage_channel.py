from odoo import fields, models


class ArDunningStageChannel(models.Model):
    _inherit = 'ar.dunning.stage.channel'

    currency_id = fields.Many2one(related='stage_id.currency_id')
    cost = fields.Monetary(
        help="What one letter by this channel costs: postage, message, the minutes of a call. In company currency."
    )

    _cost_not_negative = models.Constraint('CHECK (cost >= 0)', "The cost of a channel cannot be negative.")
