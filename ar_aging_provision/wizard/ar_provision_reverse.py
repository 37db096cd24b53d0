from odoo import fields, models


class ArProvisionReverse(models.TransientModel):
    """Asks when and why a run is reversed."""

    _name = 'ar.provision.reverse'
    _description = "Reverse a Provision Run"

    run_id = fields.Many2one('ar.provision.run', required=True, readonly=True)
    date = fields.Date(required=True, compute='_compute_date', store=True, readonly=False)
    reason = fields.Char(required=True)

    def _compute_date(self):
        for wizard in self:
            wizard.date = wizard.run_id.as_of

    def action_apply(self):
        self.ensure_one()
        self.run_id.action_reverse(self.date, self.reason)
        return {'type': 'ir.actions.act_window_close'}
