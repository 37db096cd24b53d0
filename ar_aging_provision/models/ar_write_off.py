from odoo import api, fields, models
from odoo.exceptions import UserError

from ..rules.profiles import PROFILES
from odoo.addons.ar_base.rules.money import ZERO, exact


class ArWriteOff(models.Model):
    """Receivables given up: off the customer's account, remembered here, recovered if money still comes."""

    _name = 'ar.write.off'
    _description = "Write-Off"
    _inherit = ['mail.thread', 'mail.activity.mixin', 'ar.fact.mixin', 'ar.bad.debt.vat.mixin']
    _order = 'date desc, id desc'
    _rec_names_search = ['partner_id']
    _check_company_auto = True
    _facts = frozenset(['state', 'move_id'])
    _fixed_after = frozenset(['posted', 'reversed'])

    name = fields.Char(compute='_compute_name')
    company_id = fields.Many2one('res.company', required=True, default=lambda self: self.env.company)
    currency_id = fields.Many2one(related='company_id.currency_id')
    partner_id = fields.Many2one(
        'res.partner',
        "Customer",
        required=True,
        index=True,
        ondelete='restrict',
        domain=['|', ('is_company', '=', True), ('parent_id', '=', False)],
    )
    date = fields.Date(required=True, default=fields.Date.context_today, tracking=True)
    provision_policy_id = fields.Many2one(
        'ar.provision.policy', compute='_compute_provision_policy_id', store=True, readonly=False
    )
    profile = fields.Selection(related='provision_policy_id.profile')
    reason = fields.Text(
        required=True,
        help="Kept with the evidence: court decision, insolvency, expiry of the limitation period.",
    )
    line_ids = fields.One2many('ar.write.off.line', 'write_off_id', "Open Items", copy=False)
    vat_relief = fields.Boolean(
        "Lowers Output VAT", compute='_compute_policy_terms', store=True, readonly=False
    )
    top_up = fields.Selection(
        [
            ('item', "Shortfall of these items"),
            ('account', "Shortfall of the whole"),
            ('none', "Nothing"),
        ],
        "Charge First",
        required=True,
        default='item',
        help=(
            "How much is charged to expense before the write-off if the allowance falls short. Nothing: "
            "the next run adjusts the allowance."
        ),
    )
    through_allowance = fields.Boolean(compute='_compute_through_allowance')
    state = fields.Selection(
        [('draft', "Draft"), ('posted', "Posted"), ('reversed', "Reversed")],
        default='draft',
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    amount = fields.Monetary(compute='_compute_amount', store=True)
    move_id = fields.Many2one('account.move', "Entry", readonly=True, copy=False)
    recovery_ids = fields.One2many('ar.recovery', 'write_off_id', "Recoveries", readonly=True)
    recovered = fields.Monetary(compute='_compute_recovered', store=True)
    outstanding = fields.Monetary("Not Yet Recovered", compute='_compute_recovered', store=True)

    @api.depends('partner_id', 'date')
    @api.depends_context('lang')
    def _compute_name(self):
        for write_off in self:
            write_off.name = self.env._(
                "Write-off %(customer)s %(date)s",
                customer=write_off.partner_id.name or '',
                date=write_off.date,
            )

    @api.depends('company_id', 'date')
    def _compute_provision_policy_id(self):
        for write_off in self:
            write_off.provision_policy_id = (
                write_off.provision_policy_id
                if write_off.state != 'draft' or not write_off.date
                else self.env['ar.provision.policy']._for_date(write_off.company_id, write_off.date)
            )

    @api.depends('provision_policy_id')
    def _compute_policy_terms(self):
        for write_off in self:
            write_off.vat_relief = write_off.provision_policy_id.vat_relief

    @api.depends('provision_policy_id')
    def _compute_through_allowance(self):
        for write_off in self:
            write_off.through_allowance = (
                PROFILES[write_off.provision_policy_id.profile or 'us'].write_off == 'allowance'
            )

    @api.depends('line_ids.amount')
    def _compute_amount(self):
        for write_off in self:
            write_off.amount = sum(write_off.line_ids.mapped('amount'))

    @api.depends('amount', 'recovery_ids.amount', 'recovery_ids.state', 'state')
    def _compute_recovered(self):
        for write_off in self:
            write_off.recovered = sum(r.amount for r in write_off.recovery_ids if r.state == 'posted')
            write_off.outstanding = (
                write_off.amount - write_off.recovered if write_off.state == 'posted' else 0
            )

    # === Open items ===

    def _open_items(self):
        """Return the customer's open items (debits) on the date in this company, as booked."""
        return (
            self.env['ar.open.item']
            .sudo()
            .with_context(
                as_of=self.date,
                aging_credits='own_bucket',
                aging_account_ids=(
                    self.provision_policy_id.sudo()._receivable_accounts().ids
                    if self.provision_policy_id
                    else None
                ),
            )
            .search(
                [
                    ('commercial_partner_id', '=', self.partner_id.id),
                    ('company_id', '=', self.company_id.id),
                    ('residual', '>', 0),
                ]
            )
        )

    def action_load(self):
        """Propose all that the customer owes on the date."""
        self._require_draft()
        for write_off in self:
            write_off.line_ids = [fields.Command.clear()] + [
                fields.Command.create(
                    {
                        'move_line_id': item.move_line_id.id,
                        'residual': item.residual,
                        'amount': item.residual,
                    }
                )
                for item in write_off._open_items()
            ]
        return True

    def _booked(self):
        """Return the whole allowance in the ledger on the date, credit positive."""
        return self._allowance_balance([])

    def _booked_of_customer(self):
        """Return the customer's allowance in the ledger on the date, credit positive."""
        return self._allowance_balance([('partner_id', 'child_of', self.partner_id.id)])

    def _allowance_balance(self, domain):
        accounts = self.provision_policy_id.sudo()._allowance_accounts()
        domain = [
            ('account_id', 'in', [account.id for account in accounts]),
            ('company_id', '=', self.company_id.id),
            ('parent_state', '=', 'posted'),
            ('date', '<=', self.date),
            *domain,
        ]
        [[total]] = self.env['account.move.line'].sudo()._read_group(domain, [], ['balance:sum'])
        return -(total or 0)

    # === Booking ===

    def _require_draft(self):
        if any(write_off.state != 'draft' for write_off in self):
            raise UserError(self.env._("This write-off is booked. Reverse it, then create another."))

    def action_post(self):
        """Book the write-off and close the items with it."""
        self._require_draft()
        for write_off in self:
            write_off._check_bookable()
            write_off.company_id._lock_allowance()
            write_off._refresh()
            move = write_off._create_move()
            move._post(soft=False)
            write_off._reconcile(move)
            write_off._record_facts({'state': 'posted', 'move_id': move.id})
        return True

    def _check_bookable(self):
        if not self.provision_policy_id:
            raise UserError(
                self.env._(
                    "No provision policy of %(company)s is in force on %(date)s. Put one in force first.",
                    company=self.company_id.name,
                    date=self.date,
                )
            )
        if not self.line_ids or self.currency_id.is_zero(self.amount):
            raise UserError(self.env._("Choose what to write off: load the open items and enter amounts."))
        locks = self.company_id._get_violated_lock_dates(
            self.date, self.vat_relief, self.provision_policy_id.sudo().journal_id
        )
        if locks:
            raise UserError(
                self.env._(
                    "%(date)s is locked in %(company)s. %(locks)s",
                    date=self.date,
                    company=self.company_id.name,
                    locks=self.company_id._format_lock_dates(locks),
                )
            )

    def _refresh(self):
        """Take open amounts and allowances as they are now: the customer may have paid since the draft."""
        residuals = {item.move_line_id.id: item.residual for item in self._open_items()}
        for line in self.line_ids.filtered('amount'):
            residual = residuals.get(line.move_line_id.id, 0)
            if self.currency_id.compare_amounts(line.amount, residual) > 0:
                raise UserError(
                    self.env._(
                        "Only %(residual)s of %(document)s is open on %(date)s. Load the open items again.",
                        document=line.move_id.name,
                        residual=self.currency_id.format(residual),
                        date=self.date,
                    )
                )
            line.residual = residual
        self.line_ids._compute_allowance()

    def _entry_plan(self):
        """Return the line values of the entry: the only source of the preview and of the entry."""
        result = []
        balance = exact(self._booked()) if self.top_up == 'account' else None
        for line in self.line_ids.filtered('amount'):
            available = exact(line.allowance) if balance is None else balance
            for part in line._entry_lines(available):
                if part.role == 'output_vat':
                    result += self._vat_lines(line, part.amount)
                else:
                    result.append(self._line_values(line, part))
            if balance is not None:
                balance = max(balance - exact(line.amount), ZERO)
        return result

    def _line_values(self, line, part):
        policy = self.provision_policy_id.sudo()
        values = {'name': self.name, 'balance': float(part.amount), 'partner_id': self.partner_id.id}
        if part.role in ('receivable', 'doubtful_receivable'):
            return {**values, **self._receivable_values(line, part)}
        values['account_id'] = policy._role_account(part.role, line.category).id
        if part.kind:
            return {
                **values,
                'ar_allowance_kind': part.kind,
                'ar_allowance_category': line.category,
                'ar_allowance_segment_id': line.segment_id.id,
            }
        return {**values, 'analytic_distribution': policy.analytic_distribution}

    def _receivable_values(self, line, part):
        item = line.move_line_id
        values = {
            'account_id': item.account_id.id,
            'currency_id': item.currency_id.id,
            'partner_id': item.partner_id.id,
        }
        if item.currency_id != self.currency_id and line.residual:
            share = line.amount / line.residual
            values['amount_currency'] = -item.currency_id.round(item.amount_residual_currency * share)
        return values

    def _create_move(self):
        return (
            self.env['account.move']
            .with_company(self.company_id)
            .create(
                {
                    'move_type': 'entry',
                    'date': self.date,
                    'journal_id': self.provision_policy_id.sudo().journal_id.id,
                    'company_id': self.company_id.id,
                    'ref': self.name,
                    'ar_write_off_id': self.id,
                    'line_ids': [fields.Command.create(values) for values in self._entry_plan()],
                }
            )
        )

    def _reconcile(self, move):
        """Close each item with its own line of the entry."""
        accounts = self.line_ids.move_line_id.account_id
        ours = iter(
            move.line_ids.filtered(lambda item: item.account_id in accounts and item.balance < 0).sorted('id')
        )
        for line in self.line_ids.filtered('amount').sorted('id'):
            # With relief, VAT that was never collected must not become payable by Odoo's cash basis entry.
            (line.move_line_id | next(ours)).with_context(no_cash_basis=self.vat_relief).reconcile()
        if self.vat_relief:
            self._match_transition(move)

    def action_reverse(self, date=None):
        """Reverse the entry: the items are open again."""
        for write_off in self:
            if write_off.state != 'posted' or write_off.recovery_ids.filtered(lambda r: r.state == 'posted'):
                raise UserError(self.env._("Only a booked write-off without recoveries can be reversed."))
            write_off.company_id._lock_allowance()
            day = fields.Date.to_date(date) or write_off.date
            write_off.move_id._reverse_moves(
                [{'date': day, 'ref': self.env._("Reversal of %s", write_off.move_id.name)}], cancel=True
            )
            write_off._record_facts({'state': 'reversed'})
        return True

    def action_recover(self):
        """Enter money that came in after all."""
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'ar.recovery',
            'view_mode': 'form',
            'target': 'new',
            'name': self.env._("Recovery"),
            'context': {'default_write_off_id': self.id, 'default_amount': self.outstanding},
        }

    def _refusal_to_delete(self):
        return self.env._("A booked write-off cannot be deleted.")
