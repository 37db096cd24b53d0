from odoo import api, models


class ArHome(models.AbstractModel):
    _inherit = 'ar.home'

    @api.model
    def _homes(self):
        return {**super()._homes(), 'collector': 'ar_collection.ar_collection_worklist_action'}
