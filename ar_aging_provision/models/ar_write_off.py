from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..engine import movements
from ..report import ar_provision_run_report
from ..rules.profiles import PROFILES
from odoo.addons.ar_base.rules.money import ZERO, exact, shares


class ArWriteOff(models.Model):
    """Receivables given up: off the customer's account, remembered here, recovered if money still comes.

    It takes at most what is open both on its date and now, and uses the allowance that the items have by the
    sub-ledger. From the amount of the approval matrix on, somebody else than who asked books it.
    """

    _name = 'ar.write.off'
    _description = "Write-Off"
    _journaled = frozenset(['submitted', 'approved', 'rejected', 'posted', 'reversed'])
    _journal_fields = frozenset(['date', 'amount', 'reason'])
    _journal_goes_on = frozenset(['recovered', 'outstanding'])  # what came back after all
    _journal_parts = {'line_ids': ('move_line_id', 'residual', 'amount', 'allowance', 'of_customer')}
    _inherit = ['ar.bad.debt.approval.mixin', 'ar.bad.debt.vat.mixin']
    _order = 'date desc, id desc'
    _rec_names_search = ['partner_id']
    _check_company_auto = True
    _facts = frozenset(['move_id'])

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
        help="How much is charged to expense before the write-off if the allowance falls short. Nothing: "
        "the next run adjusts the allowance.",
    )
    through_allowance = fields.Boolean(compute='_compute_through_allowance')
    approver_ids = fields.Many2many()  # declared here: the table between goes with this addon
    entry_html = fields.Html("Entry Preview", compute='_compute_entry_html', sanitize=False)
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
                date=format_date(self.env, write_off.date),
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

    @api.depends('line_ids.amount', 'line_ids.allowance', 'vat_relief', 'top_up', 'state')
    @api.depends_context('lang')
    def _compute_entry_html(self):
        for write_off in self:
            write_off.entry_html = write_off._preview() if write_off.state != 'reversed' else False

    def _preview(self):
        """Return the entry as it will be booked, or what keeps it from being made."""
        lines = self.line_ids.filtered('amount')
        if not lines or not self.provision_policy_id or self.state not in ('draft', 'submitted'):
            return False
        try:
            plan = {self.company_id: self._entry_plan()}
        except UserError as problem:
            return str(problem)
        return self.env['ir.qweb']._render(
            'ar_aging_provision.run_entry',
            ar_provision_run_report.entry_lines(self.env, self.currency_id, plan),
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

    def _still_open(self):
        """Return {item: what can be written off}: what is open both on the date and now."""
        found = {}
        for item in self._open_items():
            line = item.move_line_id
            amount = min(item.residual, line.amount_residual)
            if line.company_currency_id.compare_amounts(amount, 0) > 0:
                found[line] = amount
        return found

    def _customer_shares(self):
        """Return {item id: its part of the allowance that the customer has without naming an item}."""
        if not self.partner_id or not self.date:
            return {}
        query = movements.of_customer(self.company_id.id, self.partner_id._origin.id, self.date)
        whole = sum((exact(amount) for *_key, amount in self.env.execute_query(query)), ZERO)
        if whole <= 0:
            return {}
        items = self._open_items()
        parts = shares(whole, [exact(item.residual) for item in items], self.currency_id.rounding)
        return dict(zip(items.move_line_id.ids, parts, strict=True))

    def action_load(self):
        """Propose all that the customer owes on the date."""
        self._require_draft()
        for write_off in self:
            write_off.line_ids = [fields.Command.clear()]
            write_off.line_ids._create_with_facts(
                [
                    {
                        'write_off_id': write_off.id,
                        'move_line_id': line.id,
                        'residual': amount,
                        'amount': amount,
                    }
                    for line, amount in write_off._still_open().items()
                ]
            )
        return True

    def _booked(self):
        """Return the whole allowance of the company on the date, less what is used later; credit positive."""
        [[amount]] = self.env.execute_query(movements.usable(self.company_id.id, self.date))
        return amount

    # === Booking ===

    def _require_draft(self):
        if any(write_off.state != 'draft' for write_off in self):
            raise UserError(self.env._("This write-off is booked. Reverse it, then create another."))

    def action_post(self):
        """Book the write-off and close the items with it.

        From the amount of the approval matrix on, this asks for approval, and another person books it.
        """
        for write_off in self:
            if write_off.state not in ('draft', 'submitted'):
                write_off._require_draft()
            write_off._check_bookable()
            write_off.company_id._lock_allowance()
            write_off._refresh()
            if not write_off._may_book():
                continue
            move = write_off._create_move()
            move._post(soft=False)
            write_off._move_of_customer(move)
            write_off._reconcile(move)
            write_off._record_booked(move_id=move.id)
        return True

    def _check_bookable(self):
        if not self.provision_policy_id:
            raise UserError(
                self.env._(
                    "No provision policy of %(company)s is in force on %(date)s. Put one in force first.",
                    company=self.company_id.name,
                    date=format_date(self.env, self.date),
                )
            )
        if not self.line_ids or self.currency_id.is_zero(self.amount):
            raise UserError(self.env._("Choose what to write off: load the open items and enter amounts."))
        self._check_date(self.date)

    def _check_date(self, day):
        self._check_day(day, self.vat_relief, self.provision_policy_id.sudo().journal_id)

    def _refresh(self):
        """Take open amounts and allowances as they are now: the customer may have paid since the draft."""
        self.env['ar.allowance.movement'].sudo()._take_up(self.company_id)
        residuals = self._still_open()
        for line in self.line_ids.filtered('amount'):
            residual = residuals.get(line.move_line_id, 0)
            if self.currency_id.compare_amounts(line.amount, residual) > 0:
                raise UserError(
                    self.env._(
                        "Only %(residual)s of %(document)s is open on %(date)s. Load the open items again.",
                        document=line.move_id.name,
                        residual=self.currency_id.format(residual),
                        date=format_date(self.env, self.date),
                    )
                )
            line.sudo()._record_facts({'residual': residual})
        self.line_ids.sudo()._compute_allowance_now()

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
                balance = max(balance - line._net_amount(), ZERO)
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
                'ar_allowance_item_id': line.move_line_id.id,
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
            share = line.amount / item.amount_residual  # both as of now: of the past only the amount is known
            values['amount_currency'] = -item.currency_id.round(item.amount_residual_currency * share)
        return values

    def _create_move(self):
        return (
            self.env['account.move']
            .with_company(self.company_id)
            ._create_with_facts(
                [
                    {
                        'move_type': 'entry',
                        'date': self.date,
                        'journal_id': self.provision_policy_id.sudo().journal_id.id,
                        'company_id': self.company_id.id,
                        'ref': self.name,
                        'ar_write_off_id': self.id,
                        'line_ids': [fields.Command.create(values) for values in self._entry_plan()],
                    }
                ]
            )
        )

    def _move_of_customer(self, move):
        """Let the items bear what they used of the allowance that the customer had without naming an item."""
        lines = self.line_ids.filtered('of_customer')
        if not lines:
            return
        positions = [
            (*key, exact(amount))
            for *key, amount in self.env.execute_query(
                movements.of_customer(self.company_id.id, self.partner_id.id, self.date)
            )
        ]
        rows = []
        for line in lines:
            rest = exact(line.of_customer)
            for i, (held_on, category, segment, amount) in enumerate(positions):
                part = min(rest, amount)
                if part <= 0:
                    continue
                positions[i] = (held_on, category, segment, amount - part)
                rest -= part
                rows.append((held_on, None, category, segment, -part))
                rows.append((held_on, line.move_line_id.id, line.category, line.segment_id.id or None, part))
        self.env['ar.allowance.movement'].sudo()._add(
            movements.transfers(self.company_id.id, self.partner_id.id, self.date, move.id, rows)
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
        """Reverse the entry: the items are open again.

        Dated like the write-off; today, where a run was posted since, so that each run stays right.
        """
        for write_off in self:
            if write_off.state != 'posted' or write_off.recovery_ids.filtered(lambda r: r.state == 'posted'):
                raise UserError(self.env._("Only a booked write-off without recoveries can be reversed."))
            write_off.company_id._lock_allowance()
            day = write_off._day_of_reversal(date)
            write_off._check_date(day)
            write_off.move_id._reverse_for_document(
                day, self.env._("Reversal of %s", write_off.move_id.name), cancel=True
            )
            write_off.sudo()._record_facts({'state': 'reversed', 'reversed_by': self.env.uid})
        return True

    def action_recover(self):
        """Enter money that came in after all."""
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'ar.recovery',
            'view_mode': 'form',
            'views': [(self.env.ref('ar_aging_provision.ar_recovery_view_form').id, 'form')],
            'target': 'new',
            'name': self.env._("Recovery"),
            'context': {'default_write_off_id': self.id, 'default_amount': self.outstanding},
        }

    def _refusal_to_delete(self):
        return self.env._("A booked write-off cannot be deleted.")
