from odoo import api, models


class ArHome(models.AbstractModel):
    _inherit = 'ar.home'

    @api.model
    def _homes(self):
        return {**super()._homes(), 'manager': 'ar_cockpit.ar_kpi_action'}
