from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    ar_reconciliation_days = fields.Integer(related='company_id.ar_reconciliation_days', readonly=False)
    ar_reconciliation_remind = fields.Integer(related='company_id.ar_reconciliation_remind', readonly=False)
