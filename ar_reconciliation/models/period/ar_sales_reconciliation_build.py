from collections import defaultdict
from datetime import timedelta
from functools import cache, partial
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...engine import period, settlement
from ...rules.period import COLUMNS, FIGURES, added, exact, fingerprint, gap, is_empty

NAMES = ('opening', *period.KINDS, 'closing', 'sales_untaxed', 'sales_total', 'credit_total')


class Figures(NamedTuple):
    """What a part of a period is made of.

    Attributes:
        rows: {customer id: {column: amount}}; None = no customer.
        ties: call it for what the whole company's receivables are at both ends, by the open items and by the ledger.
    """

    rows: dict
    ties: callable


class ArSalesReconciliation(models.Model):
    """The figures: read from the ledger once for all parts of a company's period, and frozen."""

    _inherit = 'ar.sales.reconciliation'

    def action_freeze(self):
        """Freeze the figures as the ledger has them now, with the differences that are open. Signed ones are left alone.

        :raise UserError: the period has not ended yet.
        """
        self.check_access('write')
        todo = self.filtered(lambda reconciliation: reconciliation.state in ('draft', 'open', 'reopened'))
        todo._check_has_ended()
        self.env['ar.sales.difference'].sudo()._find(todo.company_id)
        for reconciliation, figures in todo._figures().items():
            if reconciliation.state == 'draft':
                reconciliation._freeze(figures)
                reconciliation.sudo().state = 'open'
            elif not reconciliation._reopen_if_changed(figures):
                reconciliation.sudo()._attach_differences()
        return True

    def _check_has_ended(self):
        today = fields.Date.context_today(self)
        for reconciliation in self:
            if reconciliation.date_to >= today:
                raise UserError(
                    self.env._(
                        "%(period)s ends on %(date)s. It is reconciled once it has ended.",
                        period=reconciliation.name,
                        date=reconciliation.date_to,
                    )
                )

    # === Figures ===

    def _figures(self):
        """Return {reconciliation: Figures}, reading each company's period once."""
        result = {}
        for (company, start, end), group in self.grouped(
            lambda reconciliation: (
                reconciliation.company_id,
                reconciliation.date_from,
                reconciliation.date_to,
            )
        ).items():
            rows = self._read_period(company, start, end)
            ties = cache(partial(self._ties, company, start, end, rows))
            for reconciliation in group:
                result[reconciliation] = Figures(reconciliation._part_of(rows), ties)
        return result

    @api.model
    def _ties(self, company, date_from, date_to, rows):
        values = {}
        for name, day in (('opening', date_from - timedelta(days=1)), ('closing', date_to)):
            [(values[f'ledger_{name}'],)] = self.env.execute_query(period.ledger(company.id, day))
            values[f'company_{name}'] = sum(row[3][name] for row in rows)
        return values

    @api.model
    def _read_period(self, company, date_from, date_to):
        """Return (customer, salesperson, team, {column: amount}) of the company in the period."""
        settlement.flush(self.env)
        rows = self.env.execute_query(period.rows(self.env, company.id, date_from, date_to))
        return [(row[0], row[1], row[2], dict(zip(NAMES, row[3:]))) for row in rows]

    def _part_of(self, rows):
        """Return {customer id: {column: amount}} of the rows that are of this salesperson or team; None = no customer."""
        sums = defaultdict(lambda: dict.fromkeys(COLUMNS, 0.0))
        for partner_id, user_id, team_id, amounts in rows:
            if (self.scope == 'salesperson' and (user_id or False) != self.salesperson_id.id) or (
                self.scope == 'team' and (team_id or False) != self.team_id.id
            ):
                continue
            into = sums[partner_id]
            for name, amount in amounts.items():
                into[name] += amount
        digits = self._digits()
        rounded = {
            key: {name: float(exact(amount, digits)) for name, amount in row.items()}
            for key, row in sums.items()
        }
        return {key: row for key, row in rounded.items() if not is_empty(row)}

    def _digits(self):
        return self.company_id.sudo().currency_id.decimal_places

    def _frozen(self):
        """Return the frozen figures in the form of ``Figures.rows``."""
        self.line_ids.flush_model()
        return {
            line['partner_id'] or None: line
            for line in self.sudo().line_ids.read(['partner_id', *COLUMNS], load=None)
        }

    def _fingerprint_of(self, rows):
        header = [
            self.company_id.id,
            str(self.date_from),
            str(self.date_to),
            self.scope,
            self.salesperson_id.id,
            self.team_id.id,
        ]
        return fingerprint(header, rows, self._digits())

    # === Freezing ===

    def _freeze(self, figures):
        """Replace the frozen figures, and what they tie to."""
        self.ensure_one()
        reconciliation, digits = self.sudo(), self._digits()
        reconciliation.line_ids.unlink()
        self.env['ar.sales.reconciliation.line'].sudo().create(
            [
                {
                    'reconciliation_id': self.id,
                    'partner_id': partner_id,
                    'gap': float(gap(row, digits)),
                    **row,
                }
                for partner_id, row in figures.rows.items()
            ]
        )
        totals = added(figures.rows.values())
        reconciliation.write(
            {
                **totals,
                **figures.ties(),
                'gap': float(gap(totals, digits)),
                'needs_check': False,
                'fingerprint': self._fingerprint_of(figures.rows),
                # The start of the transaction: what it does not see was written later.
                'frozen_on': self.env.cr.now().replace(microsecond=0),
            }
        )
        reconciliation._attach_differences()

    def _attach_differences(self):
        """Attach what is open or accepted by the end of the period, in this part; what is attached already stays."""
        domain = [
            ('company_id', '=', self.company_id.id),
            ('state', '!=', 'resolved'),
            ('date', '<=', self.date_to),
        ]
        if self.scope == 'salesperson':
            domain.append(('salesperson_id', '=', self.salesperson_id.id))
        elif self.scope == 'team':
            domain.append(('team_id', '=', self.team_id.id))
        self.difference_ids |= self.env['ar.sales.difference'].sudo().search(domain)

    # === All parts of a month ===

    @api.model
    def _generate(self, company, date_from, date_to, by):
        """Return the reconciliations of all parts of the period, created where absent, with frozen figures.

        :param by: ``all``, ``salesperson`` or ``team``; parts without any figure are left out.
        """
        self.check_access('create')
        keys = [{}]
        if by != 'all':
            column = {'salesperson': 1, 'team': 2}[by]
            found = {
                row[column] or False
                for row in self._read_period(company, date_from, date_to)
                if any(exact(row[3][name], 2) for name in FIGURES)
            }
            keys = [{f'{by}_id': key} for key in sorted(found)]
        parts = self.search(
            [
                ('company_id', '=', company.id),
                ('date_from', '=', date_from),
                ('date_to', '=', date_to),
                ('scope', '=', by),
            ]
        )
        known = {part[f'{by}_id'].id if by != 'all' else None for part in parts}
        parts |= self.create(
            [
                {
                    'company_id': company.id,
                    'date_from': date_from,
                    'date_to': date_to,
                    'scope': by,
                    **key,
                    'finance_owner_id': company.sudo().ar_difference_finance_owner_id.id,
                }
                for key in keys
                if key.get(f'{by}_id') not in known
            ]
        )
        parts.action_freeze()
        return parts
