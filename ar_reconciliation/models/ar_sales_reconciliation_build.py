from collections import defaultdict
from datetime import timedelta
from functools import cache, partial

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..engine import period, settlement
from ..rules.period import COLUMNS, FIGURES, Figures, Row, added, changes, fingerprint, gap, is_empty, shown
from odoo.addons.ar_base.engine.planner import NO_JIT

NAMED = 5  # customers whom a message about a reopened period names


class ArSalesReconciliation(models.Model):
    """The figures: read once for all parts of a company's period, frozen, and compared with the ledger.

    Late changes reopen a period and are recorded.
    """

    _inherit = 'ar.sales.reconciliation'

    def action_freeze(self):
        """Freeze the figures and the open differences as they are now. Signed periods are left alone.

        :raise UserError: the period has not ended yet.
        """
        self.check_access('write')
        todo = self.filtered(lambda reconciliation: reconciliation.state in ('draft', 'open', 'reopened'))
        todo._check_has_ended()
        self.env['ar.sales.difference'].sudo()._find(todo.company_id)
        for reconciliation, figures in todo._figures().items():
            if reconciliation.state == 'draft':
                reconciliation._freeze(figures)
                reconciliation.sudo()._record_facts({'state': 'open'})
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
                        date=format_date(self.env, reconciliation.date_to),
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
            values[f'company_{name}'] = sum(row.amounts[name] for row in rows)
        return values

    @api.model
    def _read_period(self, company, date_from, date_to):
        """Return a ``Row`` for each customer, salesperson and team of the company in the period."""
        for model, names in settlement.FLUSHED.items():
            self.env[model].flush_model(names)
        self.env.cr.execute(NO_JIT)
        is_loss = self.env['account.move']._ar_loss_condition
        return [
            Row(partner_id, salesperson_id, team_id, dict(zip(COLUMNS, amounts, strict=True)))
            for partner_id, salesperson_id, team_id, *amounts in self.env.execute_query(
                period.rows(company.id, date_from, date_to, is_loss)
            )
        ]

    def _part_of(self, rows):
        """Return {customer id or None: {column: amount}} of the rows that are of this salesperson or team."""
        sums, digits = defaultdict(lambda: dict.fromkeys(COLUMNS, 0.0)), self._digits()
        for row in rows:
            if self._is_of_part(row):
                into = sums[row.partner_id]
                for name, amount in row.amounts.items():
                    into[name] += amount
        rounded = {
            partner_id: {name: float(shown(amount, digits)) for name, amount in amounts.items()}
            for partner_id, amounts in sums.items()
        }
        return {partner_id: amounts for partner_id, amounts in rounded.items() if not is_empty(amounts)}

    def _is_of_part(self, row):
        match self.scope:
            case 'salesperson':
                return (row.salesperson_id or False) == self.salesperson_id.id
            case 'team':
                return (row.team_id or False) == self.team_id.id
        return True

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
        reconciliation.line_ids._delete_recorded()
        self.env['ar.sales.reconciliation.line'].sudo()._create_with_facts(
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
        reconciliation._record_facts(
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
        """Attach what is open or accepted by the end of the period; what is attached already stays."""
        domain = [
            ('company_id', '=', self.company_id.id),
            ('state', '!=', 'resolved'),
            ('date', '<=', self.date_to),
        ]
        if self.scope == 'salesperson':
            domain.append(('salesperson_id', '=', self.salesperson_id.id))
        elif self.scope == 'team':
            domain.append(('team_id', '=', self.team_id.id))
        found = self.env['ar.sales.difference'].sudo().search(domain)
        self._record_facts({'difference_ids': [fields.Command.link(difference.id) for difference in found]})

    # === Compare with the ledger ===

    def action_check(self):
        """Compare the frozen figures with the ledger, and reopen what changed."""
        self.check_access('read')
        reopened = self.sudo()._recheck()
        return self._notify_checked(len(reopened))

    def _notify_checked(self, count):
        message = self.env._("The frozen figures are those of the ledger.")
        if count:
            message = self.env._("%s periods were reopened.", count)
        return {
            'type': 'ir.actions.client',
            'tag': 'display_notification',
            'params': {
                'type': 'warning' if count else 'success',
                'message': message,
                'next': {'type': 'ir.actions.client', 'tag': 'soft_reload'},
            },
        }

    def _recheck(self):
        """Return the reconciliations whose figures changed, frozen again."""
        frozen = self.filtered(lambda reconciliation: reconciliation.state != 'draft')
        changed = self.browse()
        for reconciliation, figures in frozen._figures().items():
            if reconciliation._reopen_if_changed(figures):
                changed |= reconciliation
        return changed

    def _reopen_if_changed(self, figures=None):
        """Freeze again where the ledger differs: signatures become void, and what changed is recorded.

        :return: whether the figures changed.
        """
        self.ensure_one()
        reconciliation = self.sudo()
        if figures is None:
            [figures] = reconciliation._figures().values()
        if reconciliation._fingerprint_of(figures.rows) == reconciliation.fingerprint:
            if reconciliation.needs_check:
                reconciliation._record_facts({'needs_check': False})
            return False
        valid = reconciliation.signature_ids.filtered(lambda signature: not signature.revoked_on)
        if valid:
            reconciliation._record_changes(figures.rows)
            valid._record_facts({'revoked_on': fields.Datetime.now()})
        reconciliation._freeze(figures)
        if valid:
            reconciliation._record_facts({'state': 'reopened', 'reminded': False})
            reconciliation._notify_reopened(valid)
        return True

    def _record_changes(self, rows):
        """Keep, per customer, what changed and the documents touched since the figures were frozen."""
        before, digits = self._frozen(), self._digits()
        changed = changes(before, rows, digits)
        documents = self._documents_since(changed)
        now = fields.Datetime.now()
        self.env['ar.sales.reconciliation.change']._create_with_facts(
            [
                {
                    'reconciliation_id': self.id,
                    'partner_id': partner_id,
                    'found_on': now,
                    'closing_before': before.get(partner_id, {}).get('closing', 0),
                    'closing_after': rows.get(partner_id, {}).get('closing', 0),
                    'what': self._in_words(what),
                    'move_ids': documents.get(partner_id, []),
                }
                for partner_id, what in changed.items()
            ]
        )

    def _in_words(self, what):
        Line = self.env['ar.sales.reconciliation.line']
        return '\n'.join(
            f"{Line._fields[name]._description_string(self.env)}: "
            f"{self.currency_id.format(float(old))} → {self.currency_id.format(float(new))}"
            for name, (old, new) in what.items()
        )

    def _documents_since(self, partner_ids):
        """Return {customer id: move ids} of the entries that may have changed figures since the freeze."""
        if not partner_ids:
            return {}
        self.env['account.move'].flush_model()
        self.env['account.partial.reconcile'].flush_model()
        self.env['account.move.line'].flush_model()
        rows = self.env.execute_query(
            period.documents_since(
                self.company_id.id,
                self.date_to,
                tuple(partner_id or 0 for partner_id in partner_ids),
                self.frozen_on,
            )
        )
        return {key or None: move_ids for key, move_ids in rows}

    def _notify_reopened(self, signatures):
        changed = self.change_ids.filtered(
            lambda change: change.found_on == max(self.change_ids.mapped('found_on'))
        )
        names = ', '.join(change.partner_id.name or self.env._("No customer") for change in changed[:NAMED])
        self.message_post(
            body=self.env._(
                "Reopened: the figures of %(count)s customers changed after the period was signed "
                "(%(names)s). Please sign again.",
                count=len(changed),
                names=names,
            )
        )
        for user in signatures.user_id:
            self._remind(
                user,
                self.env._("The period was reopened by a late change: look at what changed and sign again."),
            )

    # === Late documents ===

    @api.model
    def _touch(self, dates_by_company):
        """Mark the frozen periods that documents of these days may change, and wake the check.

        Cheap: one indexed query where nothing was frozen.

        :param dates_by_company: {company: earliest date}.
        """
        domain = fields.Domain.OR(
            [
                fields.Domain('company_id', '=', company.id) & fields.Domain('date_to', '>=', day)
                for company, day in dates_by_company.items()
            ]
        )
        found = self.sudo().search(
            domain & fields.Domain('state', '!=', 'draft') & fields.Domain('needs_check', '=', False)
        )
        if found:
            found._record_facts({'needs_check': True})
            self.env.ref('ar_reconciliation.ir_cron_check_periods').sudo()._trigger()

    @api.model
    def _touch_moves(self, moves):
        days = {}
        for move in moves.sudo().filtered('date'):
            days[move.company_id] = min(move.date, days.get(move.company_id, move.date))
        if days:
            self._touch(days)

    @api.model
    def _cron_check(self):
        """Compare the frozen periods with the ledger one by one, first those that are known to be touched."""
        domain = [('state', '!=', 'draft')]
        groups = (
            self.sudo().search(domain).grouped(lambda part: (part.company_id, part.date_from, part.date_to))
        )
        ordered = sorted(groups.values(), key=lambda parts: not any(parts.mapped('needs_check')))
        self._work_on(ordered, lambda parts: parts._recheck())

    # === All parts of a month ===

    @api.model
    def _generate(self, company, date_from, date_to, by):
        """Return the reconciliations of all parts of the period, created where absent, with frozen figures.

        :param by: ``all``, ``salesperson`` or ``team``; parts without any figure are left out.
        """
        self.check_access('create')
        keys = [{}]
        if by != 'all':
            found = {
                getattr(row, f'{by}_id') or False
                for row in self._read_period(company, date_from, date_to)
                if any(shown(row.amounts[name]) for name in FIGURES)
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
