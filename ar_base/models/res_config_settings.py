from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    ar_aging_scheme_id = fields.Many2one(related='company_id.ar_aging_scheme_id', readonly=False)
    ar_four_eyes = fields.Boolean(related='company_id.root_id.ar_four_eyes', readonly=False)
    ar_portal_available_credit = fields.Boolean(
        related='company_id.ar_portal_available_credit', readonly=False
    )
    ar_link_days = fields.Integer(related='company_id.ar_link_days', readonly=False)
    ar_snapshot_monthly = fields.Boolean(related='company_id.ar_snapshot_monthly', readonly=False)
    ar_snapshot_day = fields.Integer(related='company_id.ar_snapshot_day', readonly=False)
    ar_dispute_days = fields.Integer(related='company_id.root_id.ar_dispute_days', readonly=False)
    ar_dispute_escalation_id = fields.Many2one(
        related='company_id.root_id.ar_dispute_escalation_id', readonly=False
    )
