from odoo import models


class ArDispute(models.Model):
    _inherit = 'ar.dispute'

    def _on_change(self):
        super()._on_change()
        self.account_id.sudo()._credit_queue_recheck()
