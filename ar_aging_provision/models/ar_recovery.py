from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date

from ..rules import entries
from ..rules.profiles import PROFILES
from odoo.addons.ar_base.rules.money import ZERO, exact


class ArRecovery(models.Model):
    """Money that came in for a receivable written off before.

    A write-off that is older than the system is named by customer, account and evidence instead. Nothing of
    it is known here, so no limit is checked; VAT that it had relieved becomes due again by the tax that a
    person names.

    From the amount of the approval matrix on, somebody else than who asked books it.
    """

    _name = 'ar.recovery'
    _description = "Recovery"
    _journaled = frozenset(['submitted', 'approved', 'rejected', 'posted', 'reversed'])
    _journal_fields = frozenset(['write_off_id', 'date', 'amount', 'via'])
    _inherit = ['ar.bad.debt.approval.mixin', 'ar.bad.debt.vat.mixin']
    _order = 'date desc, id desc'
    _rec_name = 'write_off_id'

    write_off_id = fields.Many2one(
        'ar.write.off',
        "Write-Off",
        index=True,
        ondelete='restrict',
        domain=[('state', '=', 'posted')],
        help="Empty: the write-off is older than the system.",
    )
    partner_id = fields.Many2one(
        'res.partner',
        "Customer",
        required=True,
        index=True,
        ondelete='restrict',
        compute='_compute_from_write_off',
        store=True,
        precompute=True,
        readonly=False,
        domain=['|', ('is_company', '=', True), ('parent_id', '=', False)],
    )
    company_id = fields.Many2one(
        'res.company',
        required=True,
        compute='_compute_from_write_off',
        store=True,
        precompute=True,
        readonly=False,
    )
    evidence = fields.Text(
        help="What was written off, when and why: where the write-off is older than the system."
    )
    currency_id = fields.Many2one(related='company_id.currency_id')
    date = fields.Date(required=True, default=fields.Date.context_today)
    amount = fields.Monetary(required=True)
    via = fields.Selection(
        [('allowance', "Through the allowance"), ('income', "Straight to income")],
        "Booked",
        required=True,
        compute='_compute_via',
        store=True,
        precompute=True,
        readonly=False,
    )
    vat_due = fields.Boolean(
        "VAT Is Due Again", compute='_compute_via', store=True, precompute=True, readonly=False
    )
    vat_tax_id = fields.Many2one(
        'account.tax',
        "By the Tax",
        ondelete='restrict',
        index='btree_not_null',
        check_company=True,
        domain=[('type_tax_use', '=', 'sale'), ('amount_type', '=', 'percent')],
        help="The tax of the invoices that were written off: the amount recovered includes it.",
    )
    journal_id = fields.Many2one(
        'account.journal',
        "Bank or Cash",
        domain="[('type', 'in', ('bank', 'cash')), ('company_id', 'parent_of', company_id)]",
        default=lambda self: self.env['account.journal'].search(
            [*self.env['account.journal']._check_company_domain(self.env.company), ('type', '=', 'bank')],
            limit=1,
        ),
    )
    receipt_line_id = fields.Many2one(
        'account.move.line',
        "Receipt",
        ondelete='restrict',
        index='btree_not_null',
        domain="[('partner_id', 'child_of', partner_id), ('company_id', '=', company_id), "
        "('parent_state', '=', 'posted'), ('reconciled', '=', False), ('balance', '<', 0), "
        "('account_type', '=', 'asset_receivable')]",
        help="The payment, where it is entered already. Empty: the bank entry is made with the recovery.",
    )
    approver_ids = fields.Many2many()  # declared here: the table between goes with this addon
    move_ids = fields.One2many('account.move', 'ar_recovery_id', "Entries", readonly=True)

    @api.depends('write_off_id')
    def _compute_from_write_off(self):
        for recovery in self:
            write_off = recovery.write_off_id
            recovery.partner_id = write_off.partner_id or recovery.partner_id
            recovery.company_id = write_off.company_id or recovery.company_id or self.env.company

    @api.depends('write_off_id', 'partner_id')
    @api.depends_context('lang')
    def _compute_display_name(self):
        for recovery in self:
            recovery.display_name = self.env._(
                "Recovery of %s", recovery.write_off_id.name or recovery.partner_id.name or ''
            )

    @api.depends('write_off_id', 'company_id')
    def _compute_via(self):
        for recovery in self:
            write_off = recovery.write_off_id
            profile = PROFILES[recovery._policy().profile or 'us']
            recovery.via = 'allowance' if profile.write_off == 'allowance' else 'income'
            recovery.vat_due = write_off.vat_relief

    @api.constrains('amount', 'date', 'write_off_id', 'vat_due', 'vat_tax_id')
    def _check_amount(self):
        for recovery in self:
            write_off = recovery.write_off_id
            if not write_off:
                recovery._check_older()
                continue
            others = sum(r.amount for r in write_off.recovery_ids - recovery if r.state == 'posted')
            left = write_off.amount - others
            if recovery.amount <= 0 or recovery.currency_id.compare_amounts(recovery.amount, left) > 0:
                raise ValidationError(
                    self.env._(
                        "%(left)s of %(write_off)s is still unrecovered: enter no more than that.",
                        write_off=write_off.name,
                        left=recovery.currency_id.format(left),
                    )
                )
            if recovery.date < write_off.date:
                raise ValidationError(
                    self.env._(
                        "The recovery is dated before the write-off of %s.",
                        format_date(self.env, write_off.date),
                    )
                )

    def _check_older(self):
        """Refuse the recovery of a write-off of before the system that does not say what it was."""
        if self.currency_id.compare_amounts(self.amount, 0) <= 0:
            raise ValidationError(self.env._("Enter the amount that came in."))
        if not (self.evidence or '').strip():
            raise ValidationError(
                self.env._(
                    "Say what was written off for %s, when and why: no write-off is recorded here.",
                    self.partner_id.name,
                )
            )
        if self.vat_due and not self.vat_tax_id:
            raise ValidationError(
                self.env._("Choose the tax by which VAT is due again: no write-off is recorded here.")
            )

    @api.constrains('write_off_id', 'partner_id', 'company_id')
    def _check_same_customer(self):
        for recovery in self.filtered('write_off_id'):
            write_off = recovery.write_off_id
            if (recovery.partner_id, recovery.company_id) != (write_off.partner_id, write_off.company_id):
                raise ValidationError(
                    self.env._("%s belongs to another customer or company.", write_off.display_name)
                )

    def action_post(self):
        """Book the recovery; from the matrix's amount on, ask for approval first."""
        for recovery in self:
            written_off = recovery.write_off_id
            if recovery.state not in ('draft', 'submitted') or (
                written_off and written_off.state != 'posted'
            ):
                raise UserError(
                    self.env._("This recovery is already booked, or its write-off is not booked.")
                )
            if not recovery._policy():
                raise UserError(
                    self.env._(
                        "No provision policy of %(company)s is in force on %(date)s. Put one in force first.",
                        company=recovery.company_id.name,
                        date=format_date(self.env, recovery.date),
                    )
                )
            recovery._check_date(recovery.date)
            recovery._check_amount()
            recovery._check_receipt()
            recovery.company_id._lock_allowance()
            if not recovery._may_book():
                continue
            moves = recovery._create_moves()
            moves._post(soft=False)
            recovery._reconcile(moves)
            recovery._record_booked()
        return {'type': 'ir.actions.act_window_close'}

    def action_reverse(self, date=None):
        """Reverse the entries: the write-off is outstanding again.

        Dated like the recovery; today, where a run was posted since.
        """
        for recovery in self:
            if recovery.state != 'posted':
                raise UserError(self.env._("Only a booked recovery can be reversed."))
            recovery.company_id._lock_allowance()
            day = recovery._day_of_reversal(date)
            recovery._check_date(day)
            for move in recovery.sudo().move_ids.filtered(lambda move: move.state == 'posted'):
                move._reverse_for_document(day, self.env._("Reversal of %s", move.name), cancel=True)
            recovery.sudo()._record_facts({'state': 'reversed', 'reversed_by': self.env.uid})
        return True

    # === Before anything is written ===

    def _check_date(self, day):
        self._check_day(day, self.vat_due, self._policy().journal_id)

    def _check_receipt(self):
        receipt = self.receipt_line_id
        if not receipt and not self.journal_id:
            raise UserError(self.env._("Choose the receipt, or the bank on which the money came in."))
        if not receipt:
            return
        own = receipt.partner_id.commercial_partner_id == self.partner_id.commercial_partner_id
        left = -receipt.amount_residual
        if (
            not own
            or receipt.company_id != self.company_id
            or receipt.parent_state != 'posted'
            or self.currency_id.compare_amounts(self.amount, left) > 0
        ):
            raise UserError(
                self.env._(
                    "%(receipt)s is no receipt of %(customer)s of which %(amount)s is still free.",
                    receipt=receipt.move_id.name,
                    customer=self.partner_id.name,
                    amount=self.currency_id.format(self.amount),
                )
            )

    def _policy(self):
        if self.write_off_id or not (self.company_id and self.date):
            return self.write_off_id.provision_policy_id.sudo()
        return self.env['ar.provision.policy']._for_date(self.company_id, self.date)

    def _receivable_account(self):
        """Return the account on which the receivable is shown again before it is collected."""
        own = self.partner_id.sudo().with_company(self.company_id).property_account_receivable_id
        return (
            self.receipt_line_id.account_id or self.write_off_id.line_ids[:1].move_line_id.account_id or own
        )

    def _create_moves(self):
        item = self.write_off_id.line_ids[:1]
        vat, amount = self._vat_due_again(), exact(self.amount)
        plan = entries.recovery_entries(
            self.via,
            amount,
            (amount - sum(vat.values()), amount),
            self.vat_due,
            exact(self.currency_id.rounding),
        )
        if self.receipt_line_id:
            plan = entries.against_receipt(plan)
        moves = self.env['account.move']
        for lines in plan:
            in_bank = any(line.role == 'bank' for line in lines)
            moves |= moves.with_company(self.company_id)._create_with_facts(
                [
                    {
                        'move_type': 'entry',
                        'date': self.date,
                        'company_id': self.company_id.id,
                        'ar_recovery_id': self.id,
                        'journal_id': (self.journal_id if in_bank else self._policy().journal_id).id,
                        'ref': self.display_name,
                        'line_ids': [
                            fields.Command.create(values)
                            for line in lines
                            for values in (
                                self._vat_lines_due_again(vat)
                                if line.role == 'output_vat'
                                else [self._line_values(item, line)]
                            )
                        ],
                    }
                ]
            )
        return moves

    def _vat_due_again(self):
        """Return the VAT of ``_vat_of_recovery``; {None: VAT} of an older write-off; {} if none is due."""
        if not self.vat_due:
            return {}
        if not self.write_off_id:
            taxes = self._vat_within(self.vat_tax_id, self.amount)['taxes']
            return {None: sum((exact(tax['amount']) for tax in taxes), ZERO)}
        before = self.write_off_id.recovery_ids.filtered(lambda one: one.state == 'posted' and one != self)
        return self._vat_of_recovery(
            self.write_off_id, sum(exact(one.amount) for one in before), exact(self.amount)
        )

    def _vat_lines_due_again(self, vat):
        if self.write_off_id:
            return self._vat_lines_of_recovery(vat)
        lines = self._vat_lines_within(self.vat_tax_id, self.amount, self._policy().recovery_account_id)
        return [{'name': self.display_name, 'partner_id': self.partner_id.id, **values} for values in lines]

    def _line_values(self, item, line):
        policy = self._policy()
        account = {
            'receivable': self._receivable_account,
            'bank': self._bank_account,
        }.get(line.role, lambda: policy._role_account(line.role, item.category))()
        values = {
            'name': self.display_name,
            'account_id': account.id,
            'balance': float(line.amount),
            'partner_id': self.partner_id.id,
        }
        if line.kind:
            values.update(
                ar_allowance_kind=line.kind,
                ar_allowance_category=item.category or 'pool',
                ar_allowance_segment_id=item.segment_id.id,
                ar_allowance_item_id=item.move_line_id.id,
            )
        return values

    def _bank_account(self):
        """Return where the bank statement finds the money: outstanding receipts, if there are any."""
        methods = self.journal_id.inbound_payment_method_line_ids
        return methods.payment_account_id[:1] or self.journal_id.default_account_id

    def _reconcile(self, moves):
        account = self._receivable_account()
        lines = moves.line_ids.filtered(lambda line: line.account_id == account) | self.receipt_line_id
        if lines:
            lines.reconcile()

    def _refusal_to_delete(self):
        return self.env._("A booked recovery cannot be deleted.")
