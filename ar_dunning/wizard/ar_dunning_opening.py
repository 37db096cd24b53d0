from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class ArDunningOpening(models.TransientModel):
    """Records what customers were told before this system knew: the level of open items."""

    _name = 'ar.dunning.opening'
    _description = "Record What Was Told"

    move_line_ids = fields.Many2many(
        'account.move.line',
        string="Items",
        required=True,
        domain=[
            ('account_type', '=', 'asset_receivable'),
            ('parent_state', '=', 'posted'),
            ('reconciled', '=', False),
        ],
    )
    level = fields.Integer(required=True, default=1)
    day = fields.Date("Told On", required=True, default=fields.Date.context_today)
    note = fields.Char("How", required=True)

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        if self.env.context.get('active_model') == 'ar.open.item' and 'move_line_ids' in fields:
            values['move_line_ids'] = [Command.set(self.env.context.get('active_ids', []))]
        return values

    def action_apply(self):
        self.ensure_one()
        if self.level < 1 or self.day > fields.Date.context_today(self):
            raise UserError(self.env._("A level starts at 1, and what is still to come was not told yet."))
        self.env['ar.dunning.notice']._record_opening_levels(
            self.move_line_ids, self.level, self.day, self.note
        )
        return {'type': 'ir.actions.act_window_close'}
