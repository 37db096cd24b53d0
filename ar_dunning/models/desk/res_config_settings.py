from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    ar_effect_sample = fields.Integer(related='company_id.root_id.ar_effect_sample', readonly=False)
