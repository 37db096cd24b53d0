from odoo import fields, models


class ArHoldLift(models.TransientModel):
    """Asks why holds are lifted."""

    _name = 'ar.hold.lift'
    _description = "Lift Holds"

    hold_ids = fields.Many2many('ar.hold', string="Holds", required=True, readonly=True)
    reason = fields.Char(required=True)

    def action_apply(self):
        """Lift the holds; rights are those of ``ar.hold.action_lift``."""
        return self.hold_ids.action_lift(self.reason) and {'type': 'ir.actions.act_window_close'}
