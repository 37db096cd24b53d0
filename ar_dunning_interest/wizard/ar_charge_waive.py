from odoo import api, fields, models
from odoo.exceptions import UserError


class ArChargeWaive(models.TransientModel):
    """Asks why interest or fees are waived. Collectors ask for it, controllers do it."""

    _name = 'ar.charge.waive'
    _description = "Waive Interest and Fees"

    charge_ids = fields.Many2many('ar.interest.charge', string="Charges", required=True, readonly=True)
    reason = fields.Char()
    asked = fields.Text("Asked for", compute='_compute_asked')
    may_waive = fields.Boolean(compute='_compute_may_waive')
    has_booked = fields.Boolean(compute='_compute_asked')

    @api.depends('charge_ids')
    def _compute_asked(self):
        for wizard in self:
            asked = wizard.charge_ids.filtered('asked_reason')
            wizard.asked = '\n'.join(f'{charge.asked_by_id.name}: {charge.asked_reason}' for charge in asked)
            wizard.has_booked = any(charge.state == 'booked' for charge in wizard.charge_ids)

    @api.depends_context('uid')
    def _compute_may_waive(self):
        self.may_waive = self.env.user.has_group('ar_base.group_controller')

    def action_propose(self):
        self.charge_ids._propose_waiver(self._given_reason())
        return {'type': 'ir.actions.act_window_close'}

    def action_waive(self):
        self.charge_ids._waive(self._given_reason())
        return {'type': 'ir.actions.act_window_close'}

    def _given_reason(self):
        reason = (self.reason or '').strip()
        if not reason:
            raise UserError(self.env._("Give the reason: it is kept with the charges."))
        return reason
