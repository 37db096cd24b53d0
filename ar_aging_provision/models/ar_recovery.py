from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..rules import entries
from odoo.addons.ar_base.rules.money import exact


class ArRecovery(models.Model):
    """Money that came in for a receivable written off before."""

    _name = 'ar.recovery'
    _description = "Recovery"
    _inherit = ['ar.fact.mixin', 'ar.bad.debt.vat.mixin']
    _order = 'date desc, id desc'
    _rec_name = 'write_off_id'
    _facts = frozenset(['state'])
    _fixed_after = frozenset(['posted'])

    write_off_id = fields.Many2one(
        'ar.write.off', required=True, index=True, ondelete='restrict', domain=[('state', '=', 'posted')]
    )
    partner_id = fields.Many2one(related='write_off_id.partner_id', store=True)
    company_id = fields.Many2one(related='write_off_id.company_id', store=True)
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
    journal_id = fields.Many2one(
        'account.journal',
        "Bank or Cash",
        required=True,
        domain="[('type', 'in', ('bank', 'cash')), ('company_id', 'parent_of', company_id)]",
        default=lambda self: self.env['account.journal'].search(
            [*self.env['account.journal']._check_company_domain(self.env.company), ('type', '=', 'bank')],
            limit=1,
        ),
    )
    state = fields.Selection(
        [('draft', "Draft"), ('posted', "Posted")], default='draft', required=True, readonly=True, copy=False
    )
    move_ids = fields.One2many('account.move', 'ar_recovery_id', "Entries", readonly=True)

    @api.depends('write_off_id')
    def _compute_via(self):
        for recovery in self:
            write_off = recovery.write_off_id
            recovery.via = 'allowance' if write_off.through_allowance or not write_off else 'income'
            recovery.vat_due = write_off.vat_relief

    @api.constrains('amount', 'date', 'write_off_id')
    def _check_amount(self):
        for recovery in self:
            write_off = recovery.write_off_id
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
                    self.env._("The recovery is dated before the write-off of %s.", write_off.date)
                )

    def action_post(self):
        """Book the recovery."""
        for recovery in self:
            if recovery.state != 'draft' or recovery.write_off_id.state != 'posted':
                raise UserError(
                    self.env._("This recovery is already booked, or its write-off is not booked.")
                )
            recovery._check_lock_dates()
            recovery.company_id._lock_allowance()
            moves = recovery._create_moves()
            moves._post(soft=False)
            recovery._reconcile(moves)
            recovery._record_facts({'state': 'posted'})
        return {'type': 'ir.actions.act_window_close'}

    def _check_lock_dates(self):
        locks = self.company_id._get_violated_lock_dates(self.date, self.vat_due, self._policy().journal_id)
        if locks:
            raise UserError(
                self.env._(
                    "%(date)s is locked in %(company)s. %(locks)s",
                    date=self.date,
                    company=self.company_id.name,
                    locks=self.company_id._format_lock_dates(locks),
                )
            )

    def _policy(self):
        return self.write_off_id.provision_policy_id.sudo()

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
        moves = self.env['account.move']
        for lines in plan:
            in_bank = any(line.role == 'bank' for line in lines)
            moves |= moves.with_company(self.company_id).create(
                {
                    'move_type': 'entry',
                    'date': self.date,
                    'company_id': self.company_id.id,
                    'ar_recovery_id': self.id,
                    'journal_id': (self.journal_id if in_bank else self._policy().journal_id).id,
                    'ref': self.env._("Recovery of %s", self.write_off_id.name),
                    'line_ids': [
                        fields.Command.create(values)
                        for line in lines
                        for values in (
                            self._vat_lines_of_recovery(vat)
                            if line.role == 'output_vat'
                            else [self._line_values(item, line)]
                        )
                    ],
                }
            )
        return moves

    def _vat_due_again(self):
        """Return the VAT of ``_vat_of_recovery``; nothing where none is due."""
        if not self.vat_due:
            return {}
        before = self.write_off_id.recovery_ids.filtered(lambda one: one.state == 'posted' and one != self)
        return self._vat_of_recovery(
            self.write_off_id, sum(exact(one.amount) for one in before), exact(self.amount)
        )

    def _line_values(self, item, line):
        policy = self._policy()
        account = {
            'receivable': lambda: item.move_line_id.account_id,
            'bank': lambda: self.journal_id.default_account_id,
        }.get(line.role, lambda: policy._role_account(line.role, item.category))()
        values = {
            'name': self.env._("Recovery of %s", self.write_off_id.name),
            'account_id': account.id,
            'balance': float(line.amount),
            'partner_id': self.partner_id.id,
        }
        if line.kind:
            values.update(
                ar_allowance_kind=line.kind,
                ar_allowance_category=item.category,
                ar_allowance_segment_id=item.segment_id.id,
            )
        return values

    def _reconcile(self, moves):
        account = self.write_off_id.line_ids[:1].move_line_id.account_id
        lines = moves.line_ids.filtered(lambda line: line.account_id == account)
        if lines:
            lines.reconcile()

    def _refusal_to_delete(self):
        return self.env._("A booked recovery cannot be deleted.")
