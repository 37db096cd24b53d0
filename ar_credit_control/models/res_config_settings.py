from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    ar_default_limit_policy = fields.Selection(
        related='company_id.root_id.ar_default_limit_policy', readonly=False
    )
    ar_default_limit = fields.Monetary(related='company_id.root_id.ar_default_limit', readonly=False)
    ar_deduct_credits = fields.Boolean(related='company_id.root_id.ar_deduct_credits', readonly=False)
    ar_payment_counts = fields.Selection(related='company_id.root_id.ar_payment_counts', readonly=False)
    ar_use_horizon = fields.Boolean(related='company_id.root_id.ar_use_horizon', readonly=False)
    ar_horizon_days = fields.Integer(related='company_id.root_id.ar_horizon_days', readonly=False)
    ar_honour_days = fields.Integer(related='company_id.root_id.ar_honour_days', readonly=False)
    ar_release_tolerance = fields.Float(related='company_id.root_id.ar_release_tolerance', readonly=False)
    ar_release_max_days = fields.Integer(related='company_id.root_id.ar_release_max_days', readonly=False)
    ar_release_max_tolerance = fields.Float(
        related='company_id.root_id.ar_release_max_tolerance', readonly=False
    )
    ar_strictness = fields.Selection(related='company_id.root_id.ar_strictness', readonly=False)
    ar_observe_until = fields.Date(related='company_id.root_id.ar_observe_until', readonly=False)
    ar_limit_documents = fields.Boolean(related='company_id.root_id.ar_limit_documents', readonly=False)
    ar_notice_days = fields.Integer(related='company_id.root_id.ar_notice_days', readonly=False)
    ar_confirm_auto_released = fields.Boolean(
        related='company_id.root_id.ar_confirm_auto_released', readonly=False
    )
    ar_invoice_check = fields.Selection(related='company_id.root_id.ar_invoice_check', readonly=False)
    ar_credit_responsible_id = fields.Many2one(
        related='company_id.root_id.ar_credit_responsible_id', readonly=False
    )
