from odoo import models


class AccountMove(models.Model):
    _inherit = 'account.move'

    def write(self, vals):
        result = super().write(vals)
        if 'state' in vals:
            # Posted payments and credit notes lower what a customer owes; so does an invoice that is taken
            # back.
            self.line_ids._credit_queue_recheck()
        return result
