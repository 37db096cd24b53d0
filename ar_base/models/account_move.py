from odoo import api, fields, models
from odoo.tools import SQL


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

    def _post(self, soft=True):
        posted = super()._post(soft)
        posted.sudo().ar_dispute_id._on_credited()
        return posted

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
