from datetime import timedelta

from odoo import api, fields, models

# A match that is undone is often made again at once: a promise is not broken for the minutes between.
UNDONE_MINUTES = 10


class AccountPartialReconcile(models.Model):
    _inherit = 'account.partial.reconcile'

    @api.model_create_multi
    def create(self, vals_list):
        partials = super().create(vals_list)
        partials._committed_accounts()._follow_commitments()
        return partials

    def unlink(self):
        accounts = self._committed_accounts()
        result = super().unlink()
        if accounts:
            accounts._record_facts({'commitments_recheck': True})
            self.env.ref('ar_promise.ir_cron_follow_commitments').sudo()._trigger(
                at=fields.Datetime.now() + timedelta(minutes=UNDONE_MINUTES)
            )
        return result

    def _committed_accounts(self):
        """Return the credit accounts (superuser) with a promise or payment plan for what is matched."""
        items = self.env['ar.covered.item'].sudo().search([('move_line_id', 'in', self.debit_move_id.ids)])
        promises = items.promise_id.filtered(lambda promise: promise.state != 'cancelled')
        plans = items.payment_plan_id.filtered(
            lambda plan: plan.state in ('active', 'completed', 'defaulted')
        )
        return promises.credit_account_id | plans.credit_account_id
