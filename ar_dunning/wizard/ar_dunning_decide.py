from odoo import fields, models
from odoo.exceptions import UserError


class ArDunningDecide(models.TransientModel):
    """Asks why letters are dropped, postponed or moved to another stage."""

    _name = 'ar.dunning.decide'
    _description = "Decide on Letters"
    _inherit = ['ar.plausible.mixin']

    notice_ids = fields.Many2many('ar.dunning.notice', string="Letters", required=True, readonly=True)
    answer = fields.Selection(
        [('drop', "Drop"), ('postpone', "Postpone"), ('stage', "Change stage")],
        required=True,
        default='postpone',
    )
    until = fields.Date("Suspend Dunning until")
    dunning_plan_id = fields.Many2one(related='notice_ids.dunning_plan_id')
    stage_id = fields.Many2one('ar.dunning.stage', domain="[('dunning_plan_id', '=', dunning_plan_id)]")
    note = fields.Char("Reason", required=True)

    def action_apply(self):
        self.ensure_one()
        match self.answer:
            case 'drop':
                self.notice_ids._drop(self.note)
            case 'postpone':
                if not self.until or self.until < fields.Date.context_today(self):
                    raise UserError(self.env._("Enter a day from today on until which dunning is suspended."))
                self.notice_ids._postpone(self.until, self.note)
            case _:
                if not self.stage_id:
                    raise UserError(self.env._("Choose the new stage of the letter."))
                self.notice_ids._change_stage(self.stage_id, self.note)
        self.notice_ids.run_id._close_if_done()
        return {'type': 'ir.actions.act_window_close'}
