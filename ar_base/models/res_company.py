from odoo import fields, models


class ResCompany(models.Model):
    _inherit = 'res.company'

    ar_aging_scheme_id = fields.Many2one('ar.aging.scheme', "Default Aging Scheme")
    ar_snapshot_monthly = fields.Boolean(
        "Freeze the Aging Monthly", default=True,
        help="Take a snapshot of the aging of the last day of each month, with the default scheme.")
    ar_snapshot_day = fields.Integer(
        "Day of the Snapshot", default=3,
        help="The day of the month on which the month before is frozen, at the earliest: when its entries are posted.")

    ar_portal_credit_room = fields.Boolean(
        "Show the Credit Room", help="Customers see their limit, and what is left of it, on their page of receivables.")

    _ar_snapshot_day_in_month = models.Constraint(
        'CHECK (ar_snapshot_day BETWEEN 1 AND 28)', "The day of the aging snapshot must be between 1 and 28.")

    def _ar_scheme(self):
        """Return the scheme that ages this company's receivables unless another is asked for."""
        return self.root_id.sudo().ar_aging_scheme_id or self.env['ar.aging.scheme'].sudo().search(
            [('company_id', 'in', (False, self.root_id.id))], limit=1)
