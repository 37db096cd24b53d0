from odoo import models


class ArDunningRun(models.Model):
    _inherit = 'ar.dunning.run'

    def _propose_for(self, partner_ids):
        notices = super()._propose_for(partner_ids)
        notices._price()
        return notices
