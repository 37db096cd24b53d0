from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    ar_interest_scheme_id = fields.Many2one(related='company_id.ar_interest_scheme_id', readonly=False)
