from odoo import api, fields, models

from .ar_dunning_stage import CHANNELS


class ArDunningStageChannel(models.Model):
    """A way to reach the customer; where it fails, the next one of the stage is tried."""

    _name = 'ar.dunning.stage.channel'
    _description = "Dunning Channel"
    _inherit = ['ar.plausible.mixin']
    _order = 'stage_id, sequence, id'
    _rec_name = 'channel'

    stage_id = fields.Many2one('ar.dunning.stage', required=True, index=True, ondelete='cascade')
    sequence = fields.Integer(default=10)
    channel = fields.Selection(CHANNELS, required=True, default='email')
    currency_id = fields.Many2one(related='stage_id.currency_id')
    cost = fields.Monetary(
        help="Cost of one letter by this channel: postage, message, call time. In company currency."
    )

    _channel_unique = models.UniqueIndex('(stage_id, channel)', "A stage can have each channel only once.")
    _cost_not_negative = models.Constraint('CHECK (cost >= 0)', "The cost of a channel cannot be negative.")

    @api.depends('channel')
    @api.depends_context('lang')
    def _compute_display_name(self):
        names = dict(self._fields['channel']._description_selection(self.env))
        for step in self:
            step.display_name = names.get(step.channel, '')
