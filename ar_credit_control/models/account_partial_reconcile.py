from odoo import api, models


class AccountPartialReconcile(models.Model):
    _inherit = 'account.partial.reconcile'

    @api.model_create_multi
    def create(self, vals_list):
        partials = super().create(vals_list)
        partials.credit_move_id._credit_queue_recheck()
        return partials

    def unlink(self):
        # What a match has settled is owed again.
        (self.debit_move_id | self.credit_move_id)._credit_lock_customers()
        return super().unlink()
