from decimal import Decimal

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..rules.amounts import exact


class ArProvisionRun(models.Model):
    """Required against booked, the entry of differences, and its reversal."""

    _inherit = 'ar.provision.run'

    # === Required against booked ===

    def _refresh_totals(self):
        """Set the totals and the differences from the lines and the ledger."""
        for run in self:
            rows = run._adjustments()
            run.env.cr.execute(SQL('DELETE FROM ar_provision_adjustment WHERE run_id = %s', run.id))
            if rows:
                run.env.cr.execute_values(
                    'INSERT INTO ar_provision_adjustment (run_id, company_id, category, segment_id,'
                    ' partner_id, required, booked, fx, adjustment) VALUES %s',
                    [(run.id, *row) for row in rows],
                    page_size=1000,
                )
            run.env['ar.provision.adjustment'].invalidate_model(flush=False)
            required, booked = sum(row[4] for row in rows), sum(row[5] for row in rows)
            gross = run.env.execute_query(
                SQL('SELECT COALESCE(SUM(residual), 0) FROM ar_provision_line WHERE run_id = %s', run.id)
            )
            run.sudo().write(
                {
                    'required': required,
                    'booked': booked,
                    'adjustment': required - booked,
                    'gross': gross[0][0],
                }
            )
            run.invalidate_recordset(
                ['adjustment_ids', 'line_ids', 'line_count', 'matrix_html', 'entry_html']
            )

    def _adjustments(self):
        """Return (company, category, segment, customer, required, booked, fx, adjustment) of each netting key that has any."""
        required, booked, fx = self._required_by_key(), self._booked_by_key(), self._fx_by_key()
        rows = []
        for key in sorted({*required, *booked}, key=lambda key: tuple(str(part or '') for part in key)):
            due, held = required.get(key, Decimal(0)), booked.get(key, Decimal(0))
            if due or held:
                rows.append((*key, due, held, fx.get(key, Decimal(0)), due - held))
        return rows

    def _key_columns(self):
        """Return which of (category, segment, customer) a key names, per the policy's netting."""
        level = self.policy_id.netting_level
        separate = len(self.policy_id.sudo()._allowance_accounts()) > 1
        return level != 'customer' or separate, level == 'group', level == 'customer'

    def _required_by_key(self):
        self.env['ar.provision.line'].flush_model()
        category, segment, partner = self._key_columns()
        rows = self.env.execute_query(
            SQL(
                """SELECT company_id, CASE WHEN %s THEN category END, CASE WHEN %s THEN segment_id END,
                      CASE WHEN %s THEN partner_id END, SUM(allowance)
                 FROM ar_provision_line WHERE run_id = %s GROUP BY 1, 2, 3, 4 HAVING SUM(allowance) <> 0""",
                category,
                segment,
                partner,
                self.id,
            )
        )
        return {tuple(key): exact(amount) for *key, amount in rows}

    def _booked_by_key(self, as_of=None):
        """Return the allowance in the ledger on the date, credit positive, whatever moved it."""
        accounts = self.policy_id.sudo()._allowance_accounts()
        category, segment, partner = self._key_columns()
        self.env['account.move.line'].flush_model(
            [
                'account_id',
                'ar_allowance_category',
                'ar_allowance_segment_id',
                'balance',
                'company_id',
                'date',
                'parent_state',
                'partner_id',
            ]
        )
        result = {}
        for account, fixed in accounts.items():
            rows = self.env.execute_query(
                SQL(
                    """SELECT l.company_id, CASE WHEN %s THEN COALESCE(%s, l.ar_allowance_category, 'pool') END,
                          CASE WHEN %s THEN l.ar_allowance_segment_id END,
                          CASE WHEN %s THEN p.commercial_partner_id END, -SUM(l.balance)
                     FROM account_move_line l LEFT JOIN res_partner p ON p.id = l.partner_id
                    WHERE l.account_id = %s AND l.company_id IN %s AND l.parent_state = 'posted' AND l.date <= %s
                    GROUP BY 1, 2, 3, 4 HAVING SUM(l.balance) <> 0""",
                    category,
                    fixed,
                    segment,
                    partner,
                    account.id,
                    tuple(self._companies().ids),
                    as_of or self.as_of,
                )
            )
            for *key, amount in rows:
                result[tuple(key)] = result.get(tuple(key), Decimal(0)) + exact(amount)
        return result

    def _fx_by_key(self):
        """Return what the change of the closing rates since the previous run did to its allowance, if kept apart."""
        previous = self.policy_id.split_fx and self._previous()
        if not previous:
            return {}
        now, before = (run.parameters.get('currency_rates', {}) for run in (self, previous))
        changes = [
            (int(currency), exact(now[currency]), exact(rate))
            for currency, rate in before.items()
            if now.get(currency) and rate
        ]
        if not changes:
            return {}
        category, segment, partner = self._key_columns()
        factors = SQL(', ').join(SQL('(%s, %s::numeric, %s::numeric)', *change) for change in changes)
        rows = self.env.execute_query(
            SQL(
                """SELECT l.company_id, CASE WHEN %s THEN l.category END, CASE WHEN %s THEN l.segment_id END,
                      CASE WHEN %s THEN l.partner_id END, SUM(l.allowance * (f.now - f.before) / f.before)
                 FROM ar_provision_line l JOIN (VALUES %s) f (currency_id, now, before) ON f.currency_id = l.currency_id
                WHERE l.run_id = %s GROUP BY 1, 2, 3, 4""",
                category,
                segment,
                partner,
                factors,
                previous.id,
            )
        )
        currency = self.company_id.currency_id
        return {tuple(key): exact(currency.round(amount)) for *key, amount in rows}

    # === Before anything is written ===

    def _check_lock_dates(self):
        """Refuse a locked date: Odoo would move the entry into another period in silence."""
        for company in self.adjustment_ids.filtered('adjustment').company_id.sudo() | self.company_id:
            locks = company._get_violated_lock_dates(self.as_of, False, self.policy_id.sudo().journal_id)
            if locks:
                raise UserError(
                    self.env._(
                        "The entry of %(run)s would fall on %(date)s, which is locked in %(company)s. %(locks)s",
                        run=self.name,
                        date=self.as_of,
                        company=company.name,
                        locks=company._format_lock_dates(locks),
                    )
                )

    def _check_still_right(self):
        """Refuse to book a difference against an allowance that moved since it was computed."""
        for run in self:
            run.company_id._lock_allowance()
            now, then = run._booked_by_key(), {}
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
                        "The allowance booked by %(date)s is %(now)s; %(run)s was computed against %(then)s. Compute it again.",
                        date=run.as_of,
                        now=run.currency_id.format(float(booked)),
                        run=run.name,
                        then=run.currency_id.format(run.booked),
                    )
                )

    # === The entry ===

    def _entry_plan(self):
        """Return {company: [line values]}: the only source of the preview and of the entry.

        An allowance line per netting key; what goes to profit and loss is summed by account where the policy nets.
        """
        self.ensure_one()
        plan = {}
        merged = self.policy_id.netting_level == 'account' and self.policy_id.mode == 'incremental'
        for adjustment in self.adjustment_ids:
            lines = plan.setdefault(adjustment.company_id, [])
            lines += [self._line_values(adjustment, line) for line in adjustment._entry_lines()]
        return {company: _merged(lines) if merged else lines for company, lines in plan.items() if lines}

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
            self.env['account.move'].with_company(company).create(
                {
                    'move_type': 'entry',
                    'date': self.as_of,
                    'journal_id': policy.journal_id.id,
                    'company_id': company.id,
                    'ref': self.name,
                    'ar_provision_run_id': self.id,
                    'line_ids': [
                        fields.Command.create({**line, 'balance': float(line['balance'])}) for line in lines
                    ],
                }
            )

    def _post_moves(self):
        moves = self.move_ids.filtered(lambda move: move.state == 'draft')
        if moves:
            moves._post(soft=False)
        else:
            self._on_moves_posted()

    def _on_moves_posted(self):
        """Close the runs whose entries are all posted, and reverse them the next day where the policy says so."""
        for run in self.filtered(lambda run: run.state == 'approved'):
            if all(move.state == 'posted' for move in run.move_ids):
                run.sudo().write({'state': 'posted', 'posted_on': fields.Datetime.now()})
                if run.policy_id.auto_reverse:
                    run._reverse_moves(fields.Date.add(run.as_of, days=1), self.env._("Automatic reversal"))

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
            if not run.policy_id.auto_reverse:
                run._reverse_moves(fields.Date.to_date(date) or run.as_of, reason)
            run.sudo().write(
                {'state': 'reversed', 'reversed_on': fields.Datetime.now(), 'reverse_reason': reason}
            )
        return True

    def _reverse_moves(self, date, reason):
        for move in self.move_ids.filtered(lambda move: move.state == 'posted'):
            locks = move.company_id._get_violated_lock_dates(date, False, move.journal_id)
            if locks:
                raise UserError(
                    self.env._(
                        "The reversal would fall on %(date)s, which is locked in %(company)s. %(locks)s Choose another date.",
                        date=date,
                        company=move.company_id.name,
                        locks=move.company_id._format_lock_dates(locks),
                    )
                )
            reference = self.env._("Reversal of %s", move.name)
            reversal = move._reverse_moves(
                [{'date': date, 'ref': f'{reference}: {reason}' if reason else reference}]
            )
            reversal._post(soft=False)
            self.message_post(
                body=self.env._(
                    "%(entry)s reversed by %(reversal)s.", entry=move.name, reversal=reversal.name
                )
            )


def _merged(lines):
    """Return the lines with those of profit and loss summed by account; those of the allowance stay by class."""
    kept, summed = [], {}
    for line in lines:
        if line.get('ar_allowance_kind'):
            kept.append(line)
        else:
            key = line['account_id'], line['partner_id']
            summed[key] = (
                {**line, 'balance': summed[key]['balance'] + line['balance']} if key in summed else line
            )
    lines = [*(line for line in summed.values() if line['balance']), *kept]
    return sorted(lines, key=lambda line: line['balance'] < 0)  # debits first, as accountants read
