import itertools
from datetime import timedelta
from decimal import Decimal
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.date_utils import relativedelta

from ..engine import history
from ..rules import loss_rates
from odoo.addons.ar_base.engine import open_items
from odoo.addons.ar_base.engine.accounts import IMPAIRED
from odoo.addons.ar_base.rules import aging
from odoo.addons.ar_base.rules.money import ZERO, exact


class Migration(NamedTuple):
    """What became of one bucket's balance in one step; see ``history.migration``."""

    start: Decimal
    rolled: Decimal
    gone: Decimal
    stayed: Decimal
    items: int


STEPS = {'month': relativedelta(months=1), 'quarter': relativedelta(months=3), 'year': relativedelta(years=1)}
ONE = Decimal(1)


class ArLossStudy(models.Model):
    """Loss rates derived from the company's own ledger, kept as the evidence of the policy that adopts them.

    The past is rebuilt by the same engine that ages today, item by item: an item is followed from its bucket
    at one date to its bucket one step later, so that new invoices do not dilute the flow of old ones.
    """

    _name = 'ar.loss.study'
    _description = "Loss Study"
    _journaled = frozenset(['adopted'])
    _journal_fields = frozenset(['name', 'date_to'])
    _journal_parts = {'line_ids': ('flow', 'rate')}
    _inherit = ['mail.thread', 'ar.fact.mixin']
    _order = 'date_to desc, id desc'
    _facts = frozenset(['state', 'line_ids', 'evidence'])
    _fixed_after = frozenset(['adopted'])
    _free_fields = frozenset(['name'])

    name = fields.Char(required=True, default=lambda self: self.env._("Loss study"))
    company_id = fields.Many2one('res.company', required=True, default=lambda self: self.env.company.root_id)
    currency_id = fields.Many2one(related='company_id.currency_id')
    aging_scheme_id = fields.Many2one(
        'ar.aging.scheme',
        required=True,
        ondelete='restrict',
        default=lambda self: self.env.company._ar_scheme(),
    )
    method = fields.Selection(
        [
            ('roll_rate', "Migration of items (roll rate)"),
            ('collections', "Collections profile"),
            ('vintage', "Vintage"),
        ],
        required=True,
        default='roll_rate',
    )
    date_to = fields.Date(
        "Up to",
        required=True,
        default=lambda self: fields.Date.context_today(self).replace(day=1) - timedelta(days=1),
    )
    step = fields.Selection(
        [('month', "Month"), ('quarter', "Quarter"), ('year', "Year")],
        required=True,
        default='month',
        help="As wide as the buckets: months for 30-day buckets, years for yearly ones.",
    )
    periods = fields.Integer("Steps", required=True, default=12)
    averaging = fields.Selection(
        [('simple', "Mean of the steps"), ('pooled', "Ratio of sums")], required=True, default='simple'
    )
    last_loss = fields.Float(
        "Loss Rate of the Last Bucket",
        digits=(6, 4),
        default=1.0,
        required=True,
        help="Migration cannot give this rate: the last bucket is open-ended.",
    )
    state = fields.Selection(
        [('draft', "Draft"), ('computed', "Computed"), ('adopted', "Adopted")],
        default='draft',
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    line_ids = fields.One2many('ar.loss.study.line', 'study_id', "Rates", readonly=True, copy=False)
    evidence = fields.Json(
        "Evidence Data",
        readonly=True,
        copy=False,
        help="Every step: dates, balances, what moved on, what was written off.",
    )
    doubts = fields.Text(compute='_compute_doubts')
    evidence_html = fields.Html("Evidence", compute='_compute_evidence_html', sanitize=False)
    policy_ids = fields.One2many('ar.provision.policy', 'study_id', "Adopted by", readonly=True)

    _periods_positive = models.Constraint(
        'CHECK (periods BETWEEN 1 AND 120)', "A study covers 1 to 120 steps."
    )
    _last_loss_range = models.Constraint(
        'CHECK (last_loss >= 0 AND last_loss <= 1)',
        "The loss rate of the last bucket must be between 0 and 100 %.",
    )

    @api.depends('evidence')
    @api.depends_context('lang')
    def _compute_evidence_html(self):
        for study in self:
            study.evidence_html = (
                self.env['ir.qweb']._render(
                    'ar_aging_provision.study_evidence', {'study': study, 'evidence': study.evidence}
                )
                if study.evidence
                else False
            )

    @api.depends('line_ids.rate', 'line_ids.item_count', 'line_ids.step_count')
    @api.depends_context('lang')
    def _compute_doubts(self):
        for study in self:
            lines = study.line_ids
            # The rate of the last bucket is given, not observed.
            closed = len(lines) - (study.method == 'roll_rate')
            observed = [(line.item_count, line.step_count) for line in lines][:closed]
            study.doubts = (
                '\n'.join(
                    self.env['ar.provision.rate']._doubts(lines.bucket_id, lines.mapped('rate'), observed)
                )
                if study.state != 'draft' and lines
                else False
            )

    @api.model
    def _refusal_to_edit(self, names):
        if any(study._is_fixed() for study in self):
            return self.env._("A policy is based on this study: duplicate it to try something else.")
        return super()._refusal_to_edit(names)

    def _is_kept(self):
        return bool(self.policy_ids)

    # === Computation ===

    def action_compute(self):
        """Derive the rates; what was derived before is replaced."""
        for study in self:
            if study._is_fixed():
                study._refuse_edit(['evidence'])
            flows, rates, observed, evidence = getattr(study, f'_study_{study.method}')()
            counts = evidence.get('counts', [])
            evidence['backtest'] = self.env['ar.provision.rate']._backtest(
                study.company_id.root_id, study._parameters(study.date_to)
            )
            buckets = study.aging_scheme_id.bucket_ids.sorted(lambda b: (b.sequence, b.id))
            study.sudo()._record_facts(
                {
                    'state': 'computed',
                    'evidence': evidence,
                    'line_ids': [fields.Command.clear()]
                    + [
                        fields.Command.create(
                            {
                                'bucket_id': bucket.id,
                                'sequence': i,
                                'rate': float(rates[i] if rates[i] is not None else ONE),
                                'flow': float(flows[i] or 0) if i < len(flows) else 0,
                                'item_count': counts[i][0] if i < len(counts) else 0,
                                'step_count': counts[i][1] if i < len(counts) else 0,
                                'observed': '  '.join(_percent(row[i]) for row in observed if i < len(row)),
                            }
                        )
                        for i, bucket in enumerate(buckets)
                    ],
                }
            )
        return True

    def _dates(self):
        """Return the dates of the snapshots, oldest first; month ends stay month ends."""
        step = STEPS[self.step]
        month_end = (self.date_to + timedelta(days=1)).day == 1
        dates = []
        for i in range(self.periods, -1, -1):
            day = self.date_to - step * i
            dates.append(day + relativedelta(day=31) if month_end else day)
        return dates

    def _parameters(self, as_of):
        scheme = self.aging_scheme_id
        policy = self.env['ar.provision.policy']._for_date(self.company_id, self.date_to)
        if policy:
            accounts = policy._receivable_accounts()
        else:
            accounts = self.company_id._ar_receivable_accounts(*IMPAIRED)
        return open_items.Parameters(
            as_of=as_of,
            basis=scheme.basis,
            unit=scheme.unit,
            credits='separate',
            buckets=tuple(scheme._effective_buckets()),
            account_ids=tuple(accounts.ids),
        )

    def _companies(self):
        return tuple(
            self.env['res.company']
            .sudo()
            .with_context(active_test=False)
            .search([('id', 'child_of', self.company_id.id)])
            .ids
        )

    def _study_roll_rate(self):
        """Migration by item: what was in a bucket and is in an older one a step later, or was written off."""
        parts, wholes, counted, evidence = [], [], [], []
        dates = self._dates()
        for before, after in itertools.pairwise(dates):
            rows = self._migration(before, after)
            parts.append([row.rolled + row.gone for row in rows][:-1])
            # What has not left its bucket yet says nothing of where it goes: longer terms than a step would
            # make every rate too low.
            wholes.append([row.start - row.stayed for row in rows][:-1])
            counted.append([row.items for row in rows])
            evidence.append(
                {
                    'from': str(before),
                    'to': str(after),
                    'rows': [[str(value) for value in row] for row in rows],
                }
            )
        observed = [
            [loss_rates.ratio(*pair) for pair in zip(part, whole, strict=True)]
            for part, whole in zip(parts, wholes, strict=True)
        ]
        flows = (
            loss_rates.averages(observed) if self.averaging == 'simple' else loss_rates.pooled(parts, wholes)
        )
        return (
            flows,
            loss_rates.chain(flows, exact(self.last_loss)),
            observed,
            {
                'kind': 'roll_rate',
                'steps': evidence,
                'counts': [
                    (sum(items), sum(1 for count in items if count)) for items in zip(*counted, strict=True)
                ],
            },
        )

    def _migration(self, before, after):
        """Return the ``Migration`` of each bucket."""
        self.env.flush_all()
        params = self._parameters(before), self._parameters(after)
        rows = self.env.execute_query(history.migration(*params, self._companies(), self._is_loss()))
        found = {rank: Migration(*map(exact, amounts), items) for rank, *amounts, items in rows}
        nothing = Migration(ZERO, ZERO, ZERO, ZERO, 0)
        return [found.get(i, nothing) for i in range(len(params[0].buckets))]

    def _is_loss(self):
        return self.env['account.move']._ar_loss_condition

    def _documents(self, first, last, **options):
        params = self._parameters(self.date_to)
        return history.documents(params, self._companies(), first, last, self._is_loss(), **options)

    def _study_collections(self):
        """What of the invoices of the period was still unpaid when it reached each bucket."""
        self.env.flush_all()
        dates = self._dates()
        documents = self._documents(dates[0] + timedelta(days=1), dates[-1])
        [[invoiced, count]] = self.env.execute_query(history.sales(documents))
        sales, rows = exact(invoiced), self.env.execute_query(history.settled(documents))
        buckets = self._parameters(self.date_to).buckets
        collected = dict.fromkeys((b.key for b in buckets), ZERO)
        for base, day, kind, amount in rows:
            if kind == 'refund':
                sales -= exact(amount)
            elif kind == 'paid':
                collected[aging.bucket_of(buckets, self.aging_scheme_id.unit, base, day).key] += exact(amount)
        bands = [collected[b.key] for b in buckets][:-1]
        reached, loss, rates = loss_rates.collections(sales, bands)
        flows = [loss_rates.ratio(after, before) for before, after in itertools.pairwise(reached)]
        evidence = {
            'kind': 'collections',
            'from': str(dates[0]),
            'to': str(dates[-1]),
            'sales': str(sales),
            'loss': str(loss),
            'reached': [str(value) for value in reached],
            'collected': [str(value) for value in bands],
            'counts': [(count, self.periods)] * len(buckets),
        }
        return flows, rates, [flows], evidence

    def _cohort(self, first, last):
        """Return (credit sales of the days, [(day, written off of them)], number of documents)."""
        documents = self._documents(first, last, written_off=True)
        rows = self.env.execute_query(history.written_off(documents))
        sales = {document: exact(balance) for document, balance, _day, _amount in rows}
        lost = [(day, exact(amount)) for _document, _balance, day, amount in rows if day]
        return sum(sales.values(), ZERO), lost, len(sales)

    def _study_vintage(self):
        """Write-offs by age on each cohort's sales; a bucket bears what a cohort of its age still loses."""
        self.env.flush_all()
        dates = self._dates()
        cohorts, count = [], 0
        for i, (first, last) in enumerate(itertools.pairwise(dates)):
            sales, lost, documents = self._cohort(first + timedelta(days=1), last)
            count += documents
            losses = [sum((amount for day, amount in lost if day <= end), ZERO) for end in dates[i + 1 :]]
            cohorts.append((sales, losses))
        incremental, lifetime, remaining = loss_rates.vintage(cohorts)
        buckets = self._parameters(self.date_to).buckets
        width = (
            {'month': 30, 'quarter': 91, 'year': 365}[self.step] if self.aging_scheme_id.unit == 'day' else 1
        )
        ages = [max(bucket.lower or 0, 0) // width for bucket in buckets]
        rates = [remaining[min(age, len(remaining) - 1)] for age in ages]
        evidence = {
            'kind': 'vintage',
            'dates': [str(day) for day in dates[1:]],
            'lifetime': str(lifetime),
            'incremental': [str(value) for value in incremental],
            'counts': [(count, self.periods)] * len(buckets),
            'cohorts': [[str(sales), [str(loss) for loss in losses]] for sales, losses in cohorts],
        }
        return [], rates, [], evidence

    # === Adoption ===

    def action_adopt(self):
        """Open a draft version of the policy in force with these rates, this study attached as evidence."""
        self.ensure_one()
        if self.state == 'draft':
            raise UserError(self.env._("Compute the study first."))
        day = self.date_to + timedelta(days=1)
        current = self.env['ar.provision.policy'].search([('company_id', '=', self.company_id.id)], limit=1)
        rates = [fields.Command.clear()] + [
            fields.Command.create({'bucket_id': line.bucket_id.id, 'rate': min(max(line.rate, 0), 1)})
            for line in self.line_ids
        ]
        values = {
            'date_from': day,
            'aging_scheme_id': self.aging_scheme_id.id,
            'study_id': self.id,
            'rate_ids': rates,
            'name': self.env._("Rates of %s", self.name),
        }
        if current:
            policy = current.copy(
                {'date_from': day, 'aging_scheme_id': self.aging_scheme_id.id, 'rate_ids': []}
            )
            policy._record_facts({**values, 'previous_id': current.id})
        else:
            policy = current._create_with_facts([{**values, 'company_id': self.company_id.id}])
        policy.message_post(
            body=self.env._("The loss rates come from the study %s.", self.name),
            attachment_ids=self._attach(policy).ids,
        )
        self._record_facts({'state': 'adopted'})
        return policy._action_open()

    def _attach(self, policy):
        return self.env['ir.attachment'].create(
            {
                'name': f'{self.name}.html',
                'res_model': policy._name,
                'res_id': policy.id,
                'mimetype': 'text/html',
                'raw': str(self.evidence_html or '').encode(),
            }
        )


def _percent(value):
    return '-' if value is None else f'{value * 100:.2f} %'
