from odoo import models


class AccountMove(models.Model):
    _inherit = 'account.move'

    def _credit_unchecked_lines(self):
        # EXTENDS 'ar_credit_control': what was sold over the counter was paid or checked there.
        return self.env['account.move.line'] if self.pos_order_ids else super()._credit_unchecked_lines()
