from odoo import models


class ArCreditAccount(models.Model):
    _inherit = 'ar.credit.account'

    def _portal_credit_room(self):
        account = self.with_company(self.company_id)
        if not account.has_limit:
            return super()._portal_credit_room()
        return {'limit': account.effective_limit, 'available': max(account.available_credit, 0)}
