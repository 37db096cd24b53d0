from odoo import SUPERUSER_ID, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, split_every

from ..engine import allowance, movements
from ..rules.entries import merged
from .ar_provision_review_mixin import APPROVE
from odoo.addons.ar_base.rules.money import exact


class ArProvisionRun(models.Model):
    """Approval and booking: required against the sub-ledger, the entry of differences, and its reversal."""

    _inherit = 'ar.provision.run'

    def action_approve(self):
        """Approve the figures and prepare one draft entry per company.

        :raise UserError: the policy wants a second person and this is the one who computed; a lock date
            covers the date.
        """
        self._require('computed')
        for run in self:
            if run.nothing_to_book:
                raise UserError(run.nothing_to_book)
            run._check_second_person()
            run._check_order()
            run._check_lock_dates()
            run._check_still_right()
            run._create_moves()
            run.sudo()._record_facts(
                {'state': 'approved', 'approved_by_id': self.env.uid, 'approved_on': fields.Datetime.now()}
            )
            run.sudo().activity_unlink([APPROVE])
        return True

    def action_back(self):
        """Send an approved run back to computed, or a computed one back to draft."""
        self._require('approved', 'computed')
        for run in self:
            state = 'computed' if run.state == 'approved' else 'draft'
            drafts = run.sudo().move_ids
            run.sudo()._record_facts({'state': state})
            drafts.unlink()
            run.sudo().activity_unlink([APPROVE])
            if state == 'draft':
                run._clear()
        return True

    def action_post(self):
        """Post the entries. The allowance of the ledger then equals what is required."""
        self._require('approved')
        for run in self:
            run._check_order()
            run._check_lock_dates()
            run._check_still_right()
            run._post_moves()
        return True

    # === Before anything is written ===

    def _check_second_person(self):
        user = self.env.user
        overridden, named = self._overrides_to_approve()
        wanted = self.policy_id.second_person or overridden
        if user.id == SUPERUSER_ID or not wanted:
            return
        if user in self.computed_by_id | overridden:
            raise UserError(
                self.env._(
                    "%(user)s computed or changed %(run)s. Another user with the role Provision accountant "
                    "must approve it.",
                    user=user.name,
                    run=self.name,
                )
            )
        if named and user not in named:
            raise UserError(
                self.env._(
                    "%(run)s contains overrides that only %(people)s can approve.",
                    run=self.name,
                    people=', '.join(named.mapped('name')),
                )
            )

    def _overrides_to_approve(self):
        """Return (who decided the overrides, who may approve them) if the approval matrix covers them."""
        lines = (
            self.env['ar.provision.line']
            .sudo()
            .search(
                [('run_id', '=', self.id), ('is_overridden', '=', True), ('override_from', '=', self.as_of)]
            )
        )
        nobody = self.env['res.users']
        amount = sum(abs(line.allowance - line.computed) for line in lines)
        rule = lines and self.env['ar.approval.rule']._find(
            'override', self.company_id, amount, self.env['ar.credit.grade']
        )
        if not rule:
            return nobody, nobody
        people = rule.user_ids.filtered('active')
        return lines.override_user_id, people | self.env['ar.approval.delegation']._delegates(people)

    def _check_order(self):
        """Refuse to compute or book before a run that is posted: it builds on what stood before it."""
        for run in self:
            later = run.company_id._provision_run_after(run.as_of)
            if later:
                raise UserError(
                    self.env._(
                        "%(run)s would change the allowance on which %(later)s builds. Reverse %(later)s "
                        "first, or use a later date.",
                        run=run.name,
                        later=later.name,
                    )
                )

    def _check_lock_dates(self, companies=None):
        """Refuse a locked date: Odoo would move the entry into another period in silence."""
        companies = companies or self.adjustment_ids.filtered('adjustment').company_id | self.company_id
        for company in companies.sudo():
            locks = company._get_violated_lock_dates(self.as_of, False, self.policy_id.sudo().journal_id)
            if locks:
                raise UserError(
                    self.env._(
                        "The entry of %(run)s would fall on %(date)s, which is locked in %(company)s. "
                        "%(locks)s",
                        run=self.name,
                        date=format_date(self.env, self.as_of),
                        company=company.name,
                        locks=company._format_lock_dates(locks),
                    )
                )

    def _check_still_right(self):
        """Refuse to book a difference against an allowance that moved since it was computed."""
        for run in self:
            run.company_id._lock_allowance()
            (now, _unassigned), then = run._booked_by_key(), {}
            for row in run.adjustment_ids:
                then[
                    row.company_id.id,
                    row.category or None,
                    row.segment_id.id or None,
                    row.partner_id.id or None,
                ] = exact(row.booked)
            booked = sum(now.values())
            if any(now.get(key, 0) != then.get(key, 0) for key in {*now, *then}):
                raise UserError(
                    self.env._(
                        "The allowance booked by %(date)s is %(now)s; %(run)s was computed against %(then)s. "
                        "Compute it again.",
                        date=format_date(self.env, run.as_of),
                        now=run.currency_id.format(float(booked)),
                        run=run.name,
                        then=run.currency_id.format(run.booked),
                    )
                )

    # === The entry ===

    def _entry_plan(self):
        """Return {company: [line values]}: the only source of the preview and of the entry.

        An allowance line per netting key; what goes to profit and loss is summed by account where the policy
        nets.
        """
        self.ensure_one()
        plan = {}
        net = self.policy_id.netting_level == 'account' and self.policy_id.mode == 'incremental'
        for company, lines in self._account_changes():
            plan.setdefault(company, []).extend(lines)
        for adjustment in self.adjustment_ids:
            lines = plan.setdefault(adjustment.company_id, [])
            lines += [self._line_values(adjustment, line) for line in adjustment._entry_lines()]
        return {company: merged(lines) if net else lines for company, lines in plan.items() if lines}

    def _account_changes(self):
        """Yield (company, lines) that move the allowance from accounts the policy no longer uses."""
        if self.state not in ('computed', 'approved'):
            return  # what is booked shows its own entry
        for company_id, category, old, new, amount in self.env.execute_query(
            allowance.between_accounts(self._placed())
        ):
            common = {
                'name': self.name,
                'partner_id': False,
                'ar_allowance_kind': 'transfer',
                'ar_allowance_category': category,
            }
            yield (
                self.env['res.company'].browse(company_id),
                [
                    {**common, 'account_id': old, 'balance': exact(amount)},
                    {**common, 'account_id': new, 'balance': -exact(amount)},
                ],
            )

    def _line_values(self, adjustment, line):
        policy = self.policy_id.sudo()
        category = adjustment.category or 'pool'
        values = {
            'name': self.name,
            'balance': line.amount,
            'partner_id': adjustment.partner_id.id,
            'account_id': self._exchange_account(adjustment.company_id, line.amount).id
            if line.role == 'exchange'
            else policy._role_account(line.role, category).id,
        }
        if line.kind:
            return {
                **values,
                'ar_allowance_kind': line.kind,
                'ar_allowance_category': category,
                'ar_allowance_segment_id': adjustment.segment_id.id,
            }
        return {**values, 'analytic_distribution': policy.analytic_distribution}

    def _exchange_account(self, company, amount):
        root = company.root_id.sudo()
        account = (
            root.expense_currency_exchange_account_id
            if amount > 0
            else root.income_currency_exchange_account_id
        )
        return account or self.policy_id.sudo()._role_account('impairment_expense')

    def _create_moves(self):
        policy = self.policy_id.sudo()
        for company, lines in self._entry_plan().items():
            self.env['account.move'].with_company(company)._create_with_facts(
                [
                    {
                        'move_type': 'entry',
                        'date': self.as_of,
                        'journal_id': policy.journal_id.id,
                        'company_id': company.id,
                        'ref': self.name,
                        'ar_provision_run_id': self.id,
                        'line_ids': [
                            fields.Command.create({**line, 'balance': float(line['balance'])})
                            for line in lines
                        ],
                    }
                ]
            )

    def _post_moves(self):
        moves = self.move_ids.filtered(lambda move: move.state == 'draft')
        if moves:
            moves._post(soft=False)
        else:
            self._on_moves_posted()

    def _on_moves_posted(self):
        """Close the runs whose entries are all posted; reverse them the next day where the policy says so."""
        for run in self.filtered(lambda run: run.state == 'approved'):
            if all(move.state == 'posted' for move in run.move_ids):
                run._record_movements()
                run.sudo()._record_facts({'state': 'posted', 'posted_on': fields.Datetime.now()})
                if run.policy_id.auto_reverse:
                    run._reverse_moves(fields.Date.add(run.as_of, days=1), self.env._("Automatic reversal"))

    def _record_movements(self):
        """Bring the sub-ledger to what is required, item by item, as the entry did by netting key."""
        self.ensure_one()
        Movement = self.env['ar.allowance.movement'].sudo()
        Movement._flush_ledger()
        self.env['ar.provision.line'].flush_model()
        companies, accounts = self.company_id._ar_tree().ids, self._accounts_by_class()
        moves = [(move.company_id.id, move.id) for move in self.move_ids]
        found, place = self._exchange(), self._placed()
        Movement._add(allowance.relocate(self.id, self.as_of, moves, place))
        transfers = [
            (
                row.company_id.id,
                accounts[row.category == 'individual'],
                row.category or 'pool',
                row.segment_id.id or None,
                row.partner_id.id or None,
                exact(row.transfer),
            )
            for row in self.adjustment_ids
            if row.transfer
        ]
        for page in split_every(1000, transfers):
            Movement._add(allowance.allocate(self.id, self.as_of, moves, page))
        if found:
            Movement._add(allowance.exchanged(self.id, self.as_of, moves, found))
        repost = self.policy_id.mode == 'reverse_and_repost'
        Movement._add(
            allowance.differences(
                self.id, companies, self.as_of, accounts, moves, self._netting_key(), repost
            )
        )

    # === Reversal ===

    def action_reverse(self, date=None, reason=None):
        """Reverse the run's entries, dated like them unless another date is given. The frozen lines stay."""
        self._require('posted')
        for run in self:
            later = self.search(
                [
                    ('company_id', '=', run.company_id.id),
                    ('state', '=', 'posted'),
                    '|',
                    ('as_of', '>', run.as_of),
                    '&',
                    ('as_of', '=', run.as_of),
                    ('id', '>', run.id),
                ],
                order='as_of, id',
                limit=1,
            )
            if later:
                raise UserError(
                    self.env._(
                        "%(later)s builds on %(run)s. Reverse %(later)s first.",
                        later=later.name,
                        run=run.name,
                    )
                )
            run.company_id._lock_allowance()
            day = fields.Date.to_date(date) or run.as_of
            if day < run.as_of:
                raise UserError(
                    self.env._(
                        "%(run)s is dated %(date)s: it cannot be reversed on an earlier day.",
                        run=run.name,
                        date=format_date(self.env, run.as_of),
                    )
                )
            if not run.policy_id.auto_reverse:
                run._reverse_moves(day, reason)
            run.sudo()._record_facts(
                {'state': 'reversed', 'reversed_on': fields.Datetime.now(), 'reverse_reason': reason}
            )
        return True

    def _reverse_moves(self, date, reason):
        """Book the opposite of the run's entries on ``date``, and of its movements, item by item."""
        reversals = []
        for move in self.move_ids.filtered(lambda move: move.state == 'posted'):
            locks = move.company_id._get_violated_lock_dates(date, False, move.journal_id)
            if locks:
                raise UserError(
                    self.env._(
                        "The reversal would fall on %(date)s, which is locked in %(company)s. %(locks)s "
                        "Choose another date.",
                        date=format_date(self.env, date),
                        company=move.company_id.name,
                        locks=move.company_id._format_lock_dates(locks),
                    )
                )
            reference = self.env._("Reversal of %s", move.name)
            reversal = move._reverse_for_document(date, f'{reference}: {reason}' if reason else reference)
            reversals.append((move.id, reversal.id))
            self.message_post(
                body=self.env._(
                    "%(entry)s reversed by %(reversal)s.", entry=move.name, reversal=reversal.name
                )
            )
        self.env['ar.allowance.movement'].sudo()._add(movements.counter_run(self.id, date, reversals))
