from odoo import fields, models


class ArCommitmentCancel(models.TransientModel):
    """Asks for the reason to cancel promises, or to cancel or revoke payment plans."""

    _name = 'ar.commitment.cancel'
    _description = "End a Commitment"

    reason = fields.Char(required=True)
    ends_by = fields.Selection(
        [('action_cancel', "Cancel"), ('action_revoke', "Revoke")], default='action_cancel', required=True
    )

    def action_apply(self):
        model = self.env.context.get('active_model')
        if model in ('ar.promise', 'ar.payment.plan'):
            records = self.env[model].browse(self.env.context.get('active_ids', ()))
            if model == 'ar.payment.plan' and self.ends_by == 'action_revoke':
                records.action_revoke(self.reason)
            else:
                records.action_cancel(self.reason)
        return {'type': 'ir.actions.act_window_close'}
