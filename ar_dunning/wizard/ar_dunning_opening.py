from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class ArDunningOpening(models.TransientModel):
    """Imports opening dunning levels: how far open items had been dunned before this system was in use."""

    _name = 'ar.dunning.opening'
    _description = "Import Opening Dunning Levels"
    _inherit = ['ar.plausible.mixin']

    move_line_ids = fields.Many2many(
        'account.move.line',
        string="Items",
        required=True,
        domain=[
            ('account_id.ar_is_receivable', '=', True),
            ('parent_state', '=', 'posted'),
            ('reconciled', '=', False),
        ],
    )
    level = fields.Integer(required=True, default=1)
    day = fields.Date("Dunned On", required=True, default=fields.Date.context_today)
    note = fields.Char("Source", required=True)

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        if self.env.context.get('active_model') == 'ar.open.item' and 'move_line_ids' in fields:
            values['move_line_ids'] = [Command.set(self.env.context.get('active_ids', []))]
        return values

    def action_apply(self):
        self.ensure_one()
        if self.level < 1 or self.day > fields.Date.context_today(self):
            raise UserError(self.env._("Enter a level of at least 1, and a day that is not in the future."))
        self.env['ar.dunning.notice']._record_opening_levels(
            self.move_line_ids, self.level, self.day, self.note
        )
        return {'type': 'ir.actions.act_window_close'}
