from odoo import api, models


class ArHome(models.AbstractModel):
    _inherit = 'ar.home'

    @api.model
    def _homes(self):
        return {**super()._homes(), 'controller': 'ar_credit_control.ar_credit_decision_action'}
