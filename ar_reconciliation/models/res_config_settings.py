from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    ar_difference_currency_id = fields.Many2one(
        related='company_id.currency_id', string="Difference Currency"
    )
    ar_difference_tolerance = fields.Monetary(
        related='company_id.ar_difference_tolerance',
        readonly=False,
        currency_field='ar_difference_currency_id',
    )
    ar_difference_days_to_invoice = fields.Integer(
        related='company_id.ar_difference_days_to_invoice', readonly=False
    )
    ar_difference_days_to_deliver = fields.Integer(
        related='company_id.ar_difference_days_to_deliver', readonly=False
    )
    ar_difference_days_to_allocate = fields.Integer(
        related='company_id.ar_difference_days_to_allocate', readonly=False
    )
    ar_difference_days_to_clear = fields.Integer(
        related='company_id.ar_difference_days_to_clear', readonly=False
    )
    ar_difference_since = fields.Date(related='company_id.ar_difference_since', readonly=False)
    ar_difference_finance_owner_id = fields.Many2one(
        related='company_id.ar_difference_finance_owner_id', readonly=False
    )
    ar_reconciliation_days = fields.Integer(related='company_id.ar_reconciliation_days', readonly=False)
    ar_reconciliation_remind = fields.Integer(related='company_id.ar_reconciliation_remind', readonly=False)
