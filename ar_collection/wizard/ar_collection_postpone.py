from odoo import fields, models
from odoo.exceptions import UserError


class ArCollectionPostpone(models.TransientModel):
    """Asks until when, and why, a customer is not contacted; the day after, it is back on the worklist."""

    _name = 'ar.collection.postpone'
    _description = "Postpone a Customer"
    _inherit = ['ar.plausible.mixin']

    credit_account_id = fields.Many2one('ar.credit.account', "Customer", required=True, readonly=True)
    until = fields.Date(
        required=True, default=lambda self: fields.Date.add(fields.Date.context_today(self), days=7)
    )
    reason = fields.Char(required=True)

    def _apply(self):
        self.ensure_one()
        if self.until < fields.Date.context_today(self):
            raise UserError(self.env._("Enter today or a later day until which dunning is suspended."))
        self.credit_account_id._settle_follow_up(self.reason)
        self.env['ar.dunning.block'].create(
            {'credit_account_id': self.credit_account_id.id, 'until': self.until, 'reason': self.reason}
        )

    def action_apply(self):
        self._apply()
        return {'type': 'ir.actions.act_window_close'}

    def action_next_customer(self):
        self._apply()
        return self.credit_account_id.action_worklist_next()
