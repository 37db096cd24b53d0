from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.tools import SQL

from odoo.addons.base.models.ir_model import MODULE_UNINSTALL_FLAG

# Put in the context by ``_post`` only: no client can send this very object.
POSTS = object()


class AccountMove(models.Model):
    _inherit = 'account.move'

    ar_dispute_ids = fields.One2many(
        'ar.dispute', 'move_id', "Disputes", groups='ar_base.group_viewer,account.group_account_invoice'
    )

    # The credit note that was made to settle a dispute.
    ar_dispute_id = fields.Many2one(
        'ar.dispute',
        "Settles Dispute",
        readonly=True,
        copy=False,
        index='btree_not_null',
        ondelete='set null',
        groups='ar_base.group_viewer,account.group_account_invoice',
    )

    @api.constrains('ar_dispute_id', 'reversed_entry_id')
    def _check_dispute(self):
        for move in self.sudo().filtered('ar_dispute_id'):
            invoice = move.ar_dispute_id.move_id
            if move.reversed_entry_id != invoice:
                raise ValidationError(
                    self.env._(
                        "The dispute is about %(invoice)s: only a credit note of that invoice settles it.",
                        invoice=invoice.name,
                    )
                )

    def unlink(self):
        # As in ``ar.fact.mixin``: no context switches off the checks of what is posted.
        if self.pool.ready and self.env.context.get(MODULE_UNINSTALL_FLAG):
            if any(move.state == 'posted' for move in self.sudo()):
                return self.with_context(**{MODULE_UNINSTALL_FLAG: False}).unlink()
        return super().unlink()

    def write(self, vals):
        # Odoo lets people write the state; whatever is checked or recorded on posting would be left out.
        if (
            vals.get('state') == 'posted'
            and not self.env.su
            and self.env.context.get('ar_posts') is not POSTS
            and any(move.state != 'posted' for move in self)
        ):
            raise AccessError(self.env._("An entry is posted with its button, not by writing its state."))
        return super().write(vals)

    def _post(self, soft=True):
        posted = super(AccountMove, self.with_context(ar_posts=POSTS))._post(soft).with_env(self.env)
        posted.sudo()._ar_settle_disputes()
        return posted

    def _ar_settle_disputes(self):
        """Close disputes whose amount is credited; what is credited in part stays open for the rest."""
        for dispute in self.ar_dispute_id:
            notes = dispute.credit_note_ids.filtered(lambda move: move.state == 'posted')
            dispute._record_facts({'credited_amount': sum(abs(note.amount_total) for note in notes)})
            if dispute.state != 'open':
                continue
            if dispute.currency_id.compare_amounts(dispute.credited_amount, dispute.amount) >= 0:
                dispute._close('accepted', 'credit_note')
            else:
                dispute.message_post(
                    body=self.env._(
                        "%(credited)s of %(amount)s is credited; the rest is still disputed.",
                        credited=dispute.currency_id.format(dispute.credited_amount),
                        amount=dispute.currency_id.format(dispute.amount),
                    )
                )

    def _ar_instalments(self):
        """Return the receivable debits of the documents: what is paid, promised or disputed one by one."""
        return self.line_ids.filtered(lambda line: line.account_id.ar_is_receivable and line.balance > 0)

    def action_open_dispute(self):
        """Open the invoice's disputes, or a new one."""
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'ar.dispute',
            'name': self.env._("Disputes"),
            'view_mode': 'list,form' if self.sudo().ar_dispute_ids else 'form',
            'domain': [('move_id', '=', self.id)],
            'context': {'default_move_id': self.id},
        }

    def _ar_sells(self):
        """Hook: tell whether this customer invoice sells something on credit; interest and fees do not."""
        self.ensure_one()
        return True

    @api.model
    def _ar_loss_condition(self, move):
        """Hook: return the SQL condition that an entry writes receivables off as a whole. An addon adds its
        own with OR.

        :param move: SQL name of the entry's row in ``account_move``.
        """
        return SQL('FALSE')
