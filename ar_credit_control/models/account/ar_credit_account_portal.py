from odoo import models


class ArCreditAccount(models.Model):
    _inherit = 'ar.credit.account'

    def _portal_available_credit(self):
        account = self.with_company(self.company_id)
        if not account.has_limit:
            return super()._portal_available_credit()
        return {'limit': account.effective_limit, 'available': max(account.available_credit, 0)}
