from odoo import fields, models


class ArHold(models.Model):
    _inherit = 'ar.hold'

    reason_id = fields.Many2one(
        'ar.credit.reason', "Reason Code", domain=[('use', '=', 'hold')], ondelete='set null'
    )

    def _on_change(self):
        self.credit_account_id.sudo()._credit_queue_recheck()
        return super()._on_change()
