from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    ar_reminder_days = fields.Integer(related='company_id.ar_reminder_days', readonly=False)
    ar_reminder_max = fields.Integer(related='company_id.ar_reminder_max', readonly=False)
