from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..engine import history


class AccountMove(models.Model):
    _inherit = 'account.move'

    ar_provision_run_id = fields.Many2one(
        'ar.provision.run',
        "Provision Run",
        index='btree_not_null',
        copy=False,
        readonly=True,
        ondelete='restrict',
    )
    ar_write_off_id = fields.Many2one(
        'ar.write.off', "Write-Off", index='btree_not_null', copy=False, readonly=True, ondelete='restrict'
    )
    ar_recovery_id = fields.Many2one(
        'ar.recovery', "Recovery", index='btree_not_null', copy=False, readonly=True, ondelete='restrict'
    )

    def _post(self, soft=True):
        # Also where somebody posts the draft entry by itself: the difference must still be the difference.
        self.filtered(lambda move: move.state == 'draft').ar_provision_run_id.sudo()._check_still_right()
        posted = super()._post(soft)
        posted.ar_provision_run_id.sudo()._on_moves_posted()
        return posted

    def button_draft(self):
        for move in self:
            if move.state == 'posted' and move.ar_provision_run_id:
                raise UserError(
                    self.env._(
                        "%(entry)s belongs to the provision run %(run)s. Reverse the run instead.",
                        entry=move.name,
                        run=move.ar_provision_run_id.sudo().name,
                    )
                )
            if move.state == 'posted' and (move.ar_write_off_id or move.ar_recovery_id):
                raise UserError(
                    self.env._("%s belongs to a write-off or a recovery. Reverse that instead.", move.name)
                )
        return super().button_draft()

    @api.ondelete(at_uninstall=False)
    def _unlink_provision_draft(self):
        for run in self.ar_provision_run_id.sudo():
            if run.state == 'approved':
                raise UserError(
                    self.env._(
                        "The entry belongs to the approved run %s. Send the run back to computed first.",
                        run.name,
                    )
                )

    @api.model
    def _ar_loss_condition(self, move):
        """Return also: write-offs, the reinstatement that a recovery begins with, what debits an allowance.

        The last are write-offs of before the suite: of an entry by hand, never of a payment.
        """
        policies = self.env['ar.provision.policy'].sudo().with_context(active_test=False).search([])
        allowance = policies.allowance_account_id | policies.individual_allowance_account_id
        others = super()._ar_loss_condition(move)
        return SQL('(%s OR %s)', others, history.writes_off(move, allowance.ids))
