from odoo import fields, models


class ResCompany(models.Model):
    _inherit = 'res.company'

    ar_interest_scheme_id = fields.Many2one(
        'ar.interest.scheme',
        "Interest Scheme",
        help="What late payment costs unless a customer's file says otherwise.",
    )
