from odoo import models


class ArHold(models.Model):
    _inherit = 'ar.hold'

    def _on_change(self):
        self.credit_account_id.sudo()._credit_queue_recheck()
        return super()._on_change()
