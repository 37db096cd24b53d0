from odoo import models


class ArDispute(models.Model):
    _inherit = 'ar.dispute'

    def _on_change(self):
        self.credit_account_id.sudo()._credit_queue_recheck()
        return super()._on_change()
