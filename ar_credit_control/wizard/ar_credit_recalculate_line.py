from odoo import fields, models


class ArCreditRecalculateLine(models.TransientModel):
    _name = 'ar.credit.recalculate.line'
    _description = "Proposed Limit"
    _inherit = ['ar.plausible.mixin']

    wizard_id = fields.Many2one('ar.credit.recalculate', required=True, ondelete='cascade', index=True)
    credit_account_id = fields.Many2one('ar.credit.account', "Customer", required=True, ondelete='cascade')
    currency_id = fields.Many2one(related='credit_account_id.currency_id')
    grade_id = fields.Many2one(related='credit_account_id.grade_id')
    exposure = fields.Monetary(related='credit_account_id.exposure')
    old_limit = fields.Monetary("Present Limit", readonly=True)
    new_limit = fields.Monetary()
