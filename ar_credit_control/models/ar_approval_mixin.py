from odoo import models


class ArApprovalMixin(models.AbstractModel):
    _inherit = 'ar.approval.mixin'

    def _approval_fallback(self):
        # EXTENDS 'ar_base'
        return self.company_id._ar_credit_responsible() or super()._approval_fallback()
