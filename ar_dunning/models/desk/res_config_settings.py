from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    ar_desk_collector_id = fields.Many2one(related='company_id.root_id.ar_desk_collector_id', readonly=False)
    ar_desk_risk_weight = fields.Float(related='company_id.root_id.ar_desk_risk_weight', readonly=False)
    ar_desk_stale_weight = fields.Float(related='company_id.root_id.ar_desk_stale_weight', readonly=False)
    ar_desk_stale_days = fields.Integer(related='company_id.root_id.ar_desk_stale_days', readonly=False)
    ar_desk_high_value = fields.Monetary(
        related='company_id.root_id.ar_desk_high_value', readonly=False, currency_field='ar_desk_currency_id'
    )
    ar_desk_currency_id = fields.Many2one(related='company_id.root_id.currency_id', string="Desk Currency")
