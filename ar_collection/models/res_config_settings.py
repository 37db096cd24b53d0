from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    ar_worklist_collector_id = fields.Many2one(
        related='company_id.root_id.ar_worklist_collector_id', readonly=False
    )
    ar_worklist_risk_weight = fields.Float(
        related='company_id.root_id.ar_worklist_risk_weight', readonly=False
    )
    ar_worklist_stale_weight = fields.Float(
        related='company_id.root_id.ar_worklist_stale_weight', readonly=False
    )
    ar_worklist_stale_days = fields.Integer(
        related='company_id.root_id.ar_worklist_stale_days', readonly=False
    )
    ar_worklist_high_value = fields.Monetary(
        related='company_id.root_id.ar_worklist_high_value',
        readonly=False,
        currency_field='ar_worklist_currency_id',
    )
    ar_worklist_currency_id = fields.Many2one(
        related='company_id.root_id.currency_id', string="Worklist Currency"
    )
