from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    ar_dunning_daily = fields.Boolean(related='company_id.ar_dunning_daily', readonly=False)
    ar_dunning_weekend = fields.Boolean(related='company_id.ar_dunning_weekend', readonly=False)
    ar_effect_sample = fields.Integer(related='company_id.root_id.ar_effect_sample', readonly=False)
