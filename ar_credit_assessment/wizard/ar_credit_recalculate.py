from odoo import fields, models

from ..rules import scoring


class ArCreditRecalculate(models.TransientModel):
    _inherit = 'ar.credit.recalculate'

    method = fields.Selection(
        selection_add=[('need', "Need: monthly sales over the longest terms"), ('usage',)],
        ondelete={'need': 'cascade'},
    )

    def _limit_by_method(self, account):
        # EXTENDS 'ar_credit_control'
        if self.method != 'need':
            return super()._limit_by_method(account)
        suggestion = scoring.limit_suggestion(
            account.average_monthly_sales,
            account._credit_allowed_days() or 0,
            None,
            None,
            account.grade_id.limit_factor if account.grade_id else 1,
            step=0,
        )
        return float(suggestion.limit)
