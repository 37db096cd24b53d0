from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    ar_min_experiences = fields.Integer(related='company_id.root_id.ar_min_experiences', readonly=False)
    ar_index_low = fields.Float(related='company_id.root_id.ar_index_low', readonly=False)
    ar_index_medium = fields.Float(related='company_id.root_id.ar_index_medium', readonly=False)
    ar_scorecard_id = fields.Many2one(related='company_id.root_id.ar_scorecard_id', readonly=False)
    ar_limit_cushion_days = fields.Integer(related='company_id.root_id.ar_limit_cushion_days', readonly=False)
    ar_net_worth_pct = fields.Float(related='company_id.root_id.ar_net_worth_pct', readonly=False)
    ar_working_capital_pct = fields.Float(related='company_id.root_id.ar_working_capital_pct', readonly=False)
    ar_limit_maximum = fields.Monetary(related='company_id.root_id.ar_limit_maximum', readonly=False)
    ar_limit_step = fields.Monetary(related='company_id.root_id.ar_limit_step', readonly=False)
