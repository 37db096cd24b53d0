from odoo import models


class ArHold(models.Model):
    _inherit = 'ar.hold'

    def _on_change(self):
        super()._on_change()
        self.account_id.sudo()._credit_queue_recheck()
