from datetime import timedelta

from odoo import api, fields, models


class ArCreditDecide(models.TransientModel):
    """Asks for the reason and the bounds of a decision on one or many held orders."""

    _name = 'ar.credit.decide'
    _description = "Decide on Held Orders"

    decision_ids = fields.Many2many('ar.credit.decision', string="Held Orders", required=True, readonly=True)
    answer = fields.Selection(
        [('release', "Release"), ('reject', "Reject"), ('ask', "Ask the salesperson")],
        required=True,
        default='release',
    )
    reason_id = fields.Many2one(
        'ar.credit.reason', "Reason Code", domain="[('use', '=', answer)]", ondelete='cascade'
    )
    note = fields.Text("Reason")
    valid_until = fields.Date(compute='_compute_bounds', store=True, readonly=False)
    tolerance_pct = fields.Float(
        "May Still Grow by (%)", compute='_compute_bounds', store=True, readonly=False
    )
    confirm = fields.Boolean("Confirm the Orders Now", default=True)

    @api.depends('decision_ids')
    def _compute_bounds(self):
        today = fields.Date.context_today(self)
        for wizard in self:
            company = wizard.decision_ids.company_id[:1] or self.env.company.root_id
            company = company.sudo()
            wizard.valid_until = today + timedelta(
                days=min(company.ar_honour_days, company.ar_release_max_days)
            )
            wizard.tolerance_pct = min(company.ar_release_tolerance, company.ar_release_max_tolerance)

    def action_apply(self):
        self.ensure_one()
        decisions = self.decision_ids
        match self.answer:
            case 'release':
                result = decisions.action_release(
                    self.note, self.valid_until, self.tolerance_pct, self.confirm, self.reason_id
                )
            case 'reject':
                result = decisions.action_reject(self.note, self.reason_id)
            case _:
                result = decisions.action_ask(self.note)
        return result if isinstance(result, dict) else {'type': 'ir.actions.act_window_close'}
