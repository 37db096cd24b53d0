from odoo import api, models


class ArHome(models.AbstractModel):
    _inherit = 'ar.home'

    @api.model
    def _homes(self):
        return {**super()._homes(), 'accountant': 'ar_aging_provision.ar_provision_run_action'}
