from odoo import models


class IrHttp(models.AbstractModel):
    _inherit = 'ir.http'

    def session_info(self):
        """Add, by company of the user, the warning that one person may decide alone there."""
        info = super().session_info()
        if self.env.user._is_internal():
            texts = {company.id: company._ar_one_person_text() for company in self.env.user.company_ids}
            info['ar_one_person'] = {company: text for company, text in texts.items() if text}
        return info
