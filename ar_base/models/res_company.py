from odoo import fields, models


class ResCompany(models.Model):
    _inherit = 'res.company'

    ar_aging_scheme_id = fields.Many2one('ar.aging.scheme', "Default Aging Scheme")

    def _ar_scheme(self):
        """Return the scheme that ages this company's receivables unless another is asked for."""
        return self.root_id.sudo().ar_aging_scheme_id or self.env['ar.aging.scheme'].sudo().search(
            [('company_id', 'in', (False, self.root_id.id))], limit=1)
