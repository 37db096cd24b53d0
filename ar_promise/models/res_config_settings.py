from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    ar_promise_grace_days = fields.Integer(related='company_id.root_id.ar_promise_grace_days', readonly=False)
    ar_promise_hold = fields.Boolean(related='company_id.root_id.ar_promise_hold', readonly=False)
    ar_promise_portal = fields.Boolean(related='company_id.root_id.ar_promise_portal', readonly=False)
    ar_promise_max_days = fields.Integer(related='company_id.root_id.ar_promise_max_days', readonly=False)
    ar_promise_open_limit = fields.Integer(related='company_id.root_id.ar_promise_open_limit', readonly=False)
    ar_promise_broken_limit = fields.Integer(
        related='company_id.root_id.ar_promise_broken_limit', readonly=False
    )
    ar_plan_grace_days = fields.Integer(related='company_id.root_id.ar_plan_grace_days', readonly=False)
    ar_plan_terms = fields.Html(related='company_id.root_id.ar_plan_terms', readonly=False)
