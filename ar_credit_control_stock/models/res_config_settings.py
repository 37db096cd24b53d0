from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    ar_delivery_check = fields.Selection(related='company_id.root_id.ar_delivery_check', readonly=False)
