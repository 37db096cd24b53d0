from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..engine import closed, history, movements
from odoo.addons.ar_base.models.ar_fact_mixin import _KEY, _PASSES


class AccountMove(models.Model):
    """Entries of runs, write-offs and recoveries: bound to them, and recorded in the allowance sub-ledger."""

    _name = 'account.move'
    _inherit = ['account.move', 'ar.fact.mixin']
    _facts = frozenset(['ar_provision_run_id', 'ar_write_off_id', 'ar_recovery_id'])

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

    # What is shown instead of "Paid" where no money came in. The payment status itself is Odoo's.
    status_in_payment = fields.Selection(
        selection_add=[('written_off', "Written Off"), ('doubtful', "Doubtful")],
        ondelete={'written_off': 'set null', 'doubtful': 'set null'},
    )

    @api.depends('payment_state', 'state', 'is_move_sent')
    def _compute_status_in_payment(self):  # pylint: disable=missing-return
        super()._compute_status_in_payment()
        found = self._ar_closed_unpaid()
        for move in self:
            if move._origin.id in found:
                move.status_in_payment = 'written_off' if found[move._origin.id] else 'doubtful'

    def _ar_closed_unpaid(self):
        """Return {id of a customer invoice that is closed, but not paid: whether it is lost}."""
        closed_ones = self.filtered(
            lambda move: move.state == 'posted'
            and move.move_type in ('out_invoice', 'out_receipt')
            and move.payment_state in ('paid', 'in_payment')
        )
        if not closed_ones._origin:
            return {}
        for model, names in closed.FLUSHED.items():
            self.env[model].flush_model(names)
        query = closed.invoices(closed_ones._origin.ids, self.env['account.move']._ar_loss_condition)
        return dict(self.env.execute_query(query))

    def _ar_printed_payments(self, payments):
        """Return what the invoice prints as paid: no write-off, and what came in after it was moved.

        The debt may still be claimed: the customer's copy neither thanks for money that never came, nor says
        that nothing is due.

        :param payments: the rows of Odoo's payments widget.
        """
        self.ensure_one()
        if not payments:
            return payments
        for model, names in closed.FLUSHED.items():
            self.env[model].flush_model(names)
        is_loss = self.env['account.move']._ar_loss_condition
        found = self.env.execute_query(closed.without_payment(self.ids, is_loss))
        dropped, moved = (
            {match for match, *_rest in found},
            [move for _match, move, is_moved in found if is_moved],
        )
        since = self.env.execute_query(closed.paid_since(moved, is_loss)) if moved else []
        return [row for row in payments if row['partial_id'] not in dropped] + [
            {'date': day, 'amount': amount, 'is_refund': is_refund, 'is_exchange': False}
            for day, amount, is_refund in since
        ]

    def _ar_printed_due(self, payments, printed):
        """Return what the invoice prints as due, by the payments that it prints instead of Odoo's."""
        before, now = (
            sum(row['amount'] for row in rows if not row['is_exchange']) for rows in (payments, printed)
        )
        return self.amount_residual + before - now

    def _ar_provision_document(self):
        """Return the run, write-off or recovery that the entry, or what it reverses, belongs to; or none."""
        self.ensure_one()
        for move in (self.sudo(), self.sudo().reversed_entry_id):
            if document := move.ar_provision_run_id or move.ar_write_off_id or move.ar_recovery_id:
                return document
        return None

    # === The sub-ledger ===

    def _moves_of_allowance(self):
        """Return those of the entries that post on an account of an allowance."""
        self.env['ar.provision.policy'].flush_model(movements.LEDGER['ar.provision.policy'])
        accounts = {account_id for (account_id,) in self.env.execute_query(movements.accounts())}
        if not accounts:
            return self.browse()
        return self.filtered(lambda move: accounts.intersection(move.line_ids.account_id.ids))

    def _take_up_allowance(self):
        if self:
            self.env['ar.allowance.movement']._take_up(self.company_id, self)

    def _post(self, soft=True):
        # A run is posted as a whole, also where somebody posts one of its draft entries by itself: the
        # difference must still be the difference.
        runs = self.filtered(lambda move: move.state == 'draft').ar_provision_run_id.sudo()
        runs._check_order()
        runs._check_still_right()
        moves = self | runs.move_ids.filtered(lambda move: move.state == 'draft').with_env(self.env)
        posted = super(AccountMove, moves)._post(soft)
        posted.ar_provision_run_id.sudo()._on_moves_posted()
        others = posted.sudo().filtered(
            lambda move: not (move.ar_provision_run_id or move.reversed_entry_id.ar_provision_run_id)
        )
        others = others._moves_of_allowance()
        if others:
            others._counter_reversed()
            others._take_up_allowance()
        return posted

    def _counter_reversed(self):
        Movement = self.env['ar.allowance.movement']
        for move in self.filtered('reversed_entry_id'):
            Movement._flush_ledger()
            Movement._add(movements.counter(move.id, move.reversed_entry_id.id))

    # === Bound to their document ===

    def write(self, vals):
        left = vals.get('state', 'posted') != 'posted'
        if left or 'date' in vals or 'line_ids' in vals:
            for move in self:
                document = move.state == 'posted' and move._ar_provision_document()
                if document and (
                    left or 'line_ids' in vals or fields.Date.to_date(vals['date']) != move.date
                ):
                    self._refuse_to_unpost(move, document)
        moves = self.browse()
        if left or 'date' in vals:
            moves = self.sudo().filtered(lambda move: move.state == 'posted')._moves_of_allowance()
        result = super().write(vals)
        moves._take_up_allowance()
        return result

    def button_draft(self):
        for move in self.filtered(lambda move: move.state == 'posted'):
            if document := move._ar_provision_document():
                self._refuse_to_unpost(move, document)
        return super().button_draft()

    def _refuse_to_unpost(self, move, document):
        if document.state == 'reversed':
            raise UserError(
                self.env._(
                    "%(entry)s belongs to %(document)s, which is reversed: both entries stay.",
                    entry=move.name,
                    document=document.display_name,
                )
            )
        if document._name == 'ar.provision.run':
            raise UserError(
                self.env._(
                    "%(entry)s belongs to the provision run %(run)s. Reverse the run instead.",
                    entry=move.name,
                    run=document.name,
                )
            )
        raise UserError(
            self.env._("%s belongs to a write-off or a recovery. Reverse that instead.", move.name)
        )

    def _reverse_moves(self, default_values_list=None, cancel=False):
        if not self._records_facts_now():
            for move in self:
                if document := move._ar_provision_document():
                    self._refuse_to_unpost(move, document)
        return super()._reverse_moves(default_values_list, cancel)

    def _reverse_for_document(self, day, reference, cancel=False):
        """Reverse the entries on behalf of their document, post the reversals and return them."""
        own = self.with_context(**{_KEY: _PASSES[self._name]})
        reversals = own._reverse_moves([{'date': day, 'ref': reference}] * len(self), cancel=cancel)
        reversals = reversals.with_env(self.env)
        reversals.filtered(lambda move: move.state == 'draft')._post(soft=False)
        return reversals

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
        moved = self.env['ar.allowance.movement'].sudo().search([('move_id', 'in', self.ids)], limit=1)
        if moved:
            raise UserError(
                self.env._(
                    "%s has moved the loss allowance and is kept. Cancel it instead.",
                    moved.move_id.name or moved.move_id.ref,
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
