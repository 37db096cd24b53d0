from decimal import Decimal
from typing import NamedTuple

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..rules import matrix
from ..rules.amounts import exact
from odoo.addons.ar_base.engine import open_items

BATCH = 5000  # lines rated at a time: what memory holds of a run, but for a customer with more

FROZEN = (
    'run_id',
    'company_id',
    'partner_id',
    'document',
    'move_line_id',
    'account_id',
    'currency_id',
    'grade_id',
    'segment_id',
    'bucket_id',
    'date',
    'invoice_date',
    'date_maturity',
    'base_date',
    'days_overdue',
    'residual',
    'residual_currency',
    'untaxed',
    'total',
)
RATED = {
    'category': 'varchar',
    'assessment_id': 'int',
    'offset': 'numeric',
    'base': 'numeric',
    'secured': 'numeric',
    'rate': 'numeric',
    'matrix_rate': 'numeric',
    'multiplier': 'numeric',
    'computed': 'numeric',
    'allowance': 'numeric',
}
UPDATE = 'UPDATE ar_provision_line l SET {} FROM (VALUES %s) v (id, {}) WHERE l.id = v.id'.format(  # constant names
    ', '.join(f'"{name}" = v."{name}"::{kind}' for name, kind in RATED.items()),
    ', '.join(f'"{name}"' for name in RATED),
)


class Row(NamedTuple):
    """A frozen open item, as the rules need it; the names are those of the query."""

    id: int
    move_id: int
    partner_id: int | None
    company_id: int
    date: object
    invoice_date: object
    date_maturity: object
    bucket_id: int | None
    residual: float
    grade_id: int | None
    segment_id: int | None
    untaxed: float | None
    total: float | None
    allowance: float | None


class Terms(NamedTuple):
    """What the policy says, ready for every row."""

    rates: dict
    forward: Decimal
    grades: dict
    assessments: dict
    secured: dict
    excluded: frozenset
    net: bool
    default_net: tuple
    rounding: Decimal


class ArProvisionRun(models.Model):
    """The computation: the open items are frozen by one statement, then rated customer by customer in bounded memory.

    Whatever the ledger, the credit files or the assessments do while a long run is rated, all of its lines are of the one
    moment in which they were frozen, and so are the terms: rating reads nothing but the run itself.
    """

    _inherit = 'ar.provision.run'

    def _compute_run(self):
        """Replace lines and totals by what the ledger says now, all in this transaction."""
        self.ensure_one()
        self._freeze()
        terms = self._terms(self.parameters)
        while self._rate_next(terms):
            pass
        self._finish()

    def _check_policy(self):
        policy = self.policy_id
        if not policy:
            raise UserError(
                self.env._(
                    "No provision policy of %(company)s is in force on %(date)s. Put one in force first.",
                    company=self.company_id.name,
                    date=self.as_of,
                )
            )
        problems = policy.sudo()._problems()
        if policy.state != 'confirmed':
            problems.append(self.env._("The policy %s is a draft: put it in force first.", policy.name))
        if problems:
            raise UserError('\n'.join(problems))

    # === Freezing ===

    def _freeze(self):
        """Replace the lines by the open items of the date, and the parameters by the terms of this moment."""
        self.ensure_one()
        self._check_policy()
        asked_by = self.computed_by_id if self.job_state else self.env.user
        self._clear()
        params = self._aging_parameters()
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                'INSERT INTO ar_provision_line (%s) %s',
                SQL(', ').join(map(SQL.identifier, FROZEN)),
                self._items_query(params),
            )
        )
        self.env['ar.provision.line'].invalidate_model(flush=False)
        [[first, last, count]] = self.env.execute_query(
            SQL(
                'SELECT COALESCE(MIN(id), 1), COALESCE(MAX(id), 0), COUNT(*) FROM ar_provision_line WHERE run_id = %s',
                self.id,
            )
        )
        self.sudo().write(
            {
                'computed_by_id': asked_by.id,
                'parameters': self._frozen_parameters(params),
                'item_count': count,
                'rated_count': 0,
                'rated_upto': first - 1,
                'frozen_upto': last,
            }
        )

    def _aging_parameters(self):
        policy = self.policy_id.sudo()
        scheme = policy.aging_scheme_id
        items = self.env['ar.open.item'].sudo()
        return open_items.Parameters(
            as_of=self.as_of,
            basis=scheme.basis,
            unit=scheme.unit,
            credits=scheme.credits,
            buckets=tuple(scheme._effective_buckets()),
            account_ids=tuple(policy._receivable_accounts().ids),
            rates=items._closing_rates(self.as_of) if policy.valuation == 'closing' else (),
        )

    def _items_query(self, params):
        """Return SQL of the ``FROZEN`` columns, in the order in which they are rated: oldest first within each customer."""
        return SQL(
            """
            SELECT %(run)s, i.company_id, i.commercial_partner_id, m.name, i.id, i.account_id, i.currency_id, ca.grade_id,
                   COALESCE(ca.provision_segment_id, related.segment_id), i.bucket_id, i.date, i.invoice_date, i.date_maturity,
                   i.base_date, i.days_overdue, i.residual, i.residual_currency,
                   CASE WHEN m.move_type <> 'entry' THEN m.amount_untaxed END,
                   CASE WHEN m.move_type <> 'entry' THEN m.amount_total END
              FROM (%(aged)s) i
              JOIN account_move m ON m.id = i.move_id
              LEFT JOIN ar_credit_account ca ON ca.partner_id = i.commercial_partner_id AND ca.company_id = %(root)s
              LEFT JOIN (
                    SELECT partner_id, (SELECT id FROM ar_provision_segment
                                         WHERE related_parties AND active ORDER BY sequence, id LIMIT 1) AS segment_id
                      FROM res_company GROUP BY partner_id
                   ) related ON related.partner_id = i.commercial_partner_id
             WHERE i.company_id IN %(companies)s
             ORDER BY i.company_id, i.commercial_partner_id, i.base_date, i.id
            """,
            run=self.id,
            aged=open_items.aged(params),
            root=self.company_id.id,
            companies=tuple(self._companies().ids),
        )

    def _frozen_parameters(self, params):
        """Return what the lines are rated by and what an auditor needs to recompute them."""
        policy = self.policy_id.sudo()
        names = {bucket.id: bucket.name for bucket in policy.aging_scheme_id.bucket_ids}
        rates, forward, grades = policy._rate_table()
        assessments = self.env['ar.provision.assessment']._in_force(self.company_id.sudo(), self.as_of)
        excluded = (
            self.env['ar.provision.segment']
            .sudo()
            .with_context(active_test=False)
            .search([('excluded', '=', True)])
        )
        return {
            'scheme': policy.aging_scheme_id.name,
            'basis': params.basis,
            'unit': params.unit,
            'credits': params.credits,
            'buckets': [[b.key, names[b.key], b.lower, b.upper] for b in params.buckets],
            'accounts': list(params.account_ids),
            'valuation': policy.valuation,
            'currency_rates': {
                str(currency): rate
                for company, currency, rate, _rounding in params.rates
                if company == self.company_id.id
            },
            'rates': [[*key, str(rate)] for key, rate in rates.items()],
            'forward': str(forward),
            'forward_reason': policy.forward_reason or '',
            'grades': {str(key): str(value) for key, value in grades.items()},
            'base': policy.base,
            'default_vat_rate': policy.default_vat_rate,
            'assessments': [
                [partner, move, found.kind, str(found.value), found.key]
                for partner, rows in assessments.items()
                for move, found in rows
            ],
            'secured': {str(partner): str(amount) for partner, amount in self._secured_by_customer().items()},
            'excluded': excluded.ids,
        }

    def _secured_by_customer(self):
        """Return {customer id: secured amount} that other addons know of."""
        if not self.policy_id.sudo().deduct_secured:
            return {}
        amounts = self.env['ar.credit.account'].sudo()._secured_by_customer(self.company_id, self.as_of)
        return {partner_id: exact(amount) for partner_id, amount in amounts.items() if amount > 0}

    def _terms(self, parameters):
        """Return the terms that ``parameters`` (as ``_frozen_parameters`` makes them) say."""
        assessments = {}
        for partner, move, kind, value, key in parameters['assessments']:
            assessments.setdefault(partner, []).append(
                (move, matrix.Assessment(kind, Decimal(value), None, key))
            )
        return Terms(
            {tuple(key): Decimal(rate) for *key, rate in parameters['rates']},
            Decimal(parameters['forward']),
            {int(key): Decimal(value) for key, value in parameters['grades'].items()},
            assessments,
            {int(key): Decimal(value) for key, value in parameters['secured'].items()},
            frozenset(parameters['excluded']),
            parameters['base'] == 'net',
            (Decimal(1), 1 + exact(parameters['default_vat_rate'])),
            exact(self.company_id.sudo().currency_id.rounding),
        )

    # === Rating ===

    def _rate_next(self, terms):
        """Rate the next customers; return how many lines that were, 0 when all are rated."""
        rows, upto = self._next_rows(self.rated_upto)
        if not rows:
            return 0
        self._update(
            values for party in _parties(rows) for values in self._provide(party, party[0].partner_id, terms)
        )
        self.sudo().write({'rated_upto': upto, 'rated_count': self.rated_count + len(rows)})
        return len(rows)

    def _next_rows(self, after):
        """Return (rows, id of the last) of the next ``BATCH`` lines after the id, up to the end of their last customer.

        By ranges of the primary key, for which PostgreSQL needs no statistics of lines that were inserted just now.
        """
        rows = []
        while not rows and after < self.frozen_upto:
            rows = self._read_rows(SQL('l.id > %s AND l.id <= %s', after, after + BATCH))
            after += BATCH
        if rows and rows[-1].partner_id:
            rows += self._read_rows(
                SQL(
                    'l.id > %s AND l.id <= %s AND l.company_id = %s AND l.partner_id = %s',
                    after,
                    self.frozen_upto,
                    rows[-1].company_id,
                    rows[-1].partner_id,
                )
            )
        return rows, max(after, rows[-1].id) if rows else after

    def _read_rows(self, condition):
        return [
            Row._make(row)
            for row in self.env.execute_query(
                SQL(
                    """SELECT l.id, a.move_id, l.partner_id, l.company_id, l.date, l.invoice_date, l.date_maturity, l.bucket_id,
                      l.residual, l.grade_id, l.segment_id, l.untaxed, l.total, l.allowance
                 FROM ar_provision_line l LEFT JOIN account_move_line a ON a.id = l.move_line_id
                WHERE l.run_id = %s AND %s ORDER BY l.id""",
                    self.id,
                    condition,
                )
            )
        ]

    def _frozen_parties(self):
        """Yield the frozen lines of each customer; the whole run is never held in memory."""
        [[after]] = self.env.execute_query(
            SQL('SELECT COALESCE(MIN(id), 1) - 1 FROM ar_provision_line WHERE run_id = %s', self.id)
        )
        while True:
            rows, after = self._next_rows(after)
            if not rows:
                return
            yield from _parties(rows)

    def _provide(self, rows, partner_id, terms):
        """Return the tuples (id, *``RATED``) of the open items of one customer."""
        items = [self._item(row, terms) for row in rows]
        assessments = self._assessments(rows, partner_id, terms)
        results = matrix.provide(items, assessments, terms.rounding)
        return [
            (
                row.id,
                result.category,
                result.assessment,
                result.offset,
                result.base,
                result.secured,
                result.rate,
                item.rate,
                item.multiplier,
                result.allowance,
                result.allowance,
            )
            for row, item, result in zip(rows, items, results, strict=True)
        ]

    def _item(self, row, terms):
        net = (Decimal(1), Decimal(1))
        if terms.net:
            net = (exact(row.untaxed), exact(row.total)) if row.total else terms.default_net
        rate, general = _rate(terms.rates, row.bucket_id, row.grade_id, row.segment_id)
        multiplier = terms.forward * (terms.grades.get(row.grade_id, 1) if general else 1)
        return matrix.Item(
            row.id,
            row.bucket_id,
            exact(row.residual),
            net,
            rate,
            multiplier,
            row.segment_id in terms.excluded,
        )

    def _assessments(self, rows, partner_id, terms):
        found = []
        by_move = {}
        for move_id, assessment in terms.assessments.get(partner_id, ()):
            if not move_id:
                found.append(assessment)
                continue
            by_move = by_move or _lines_by_move(rows)
            found += _spread_over_lines(assessment, by_move.get(move_id, ()), terms.rounding)
        if partner_id in terms.secured:
            found.append(matrix.Assessment('secured', terms.secured[partner_id]))
        return found

    def _update(self, values):
        self.env.cr.execute_values(UPDATE, list(values), page_size=1000)
        self.env['ar.provision.line'].invalidate_model(flush=False)

    def _finish(self):
        """Close the computation: the lines are rated, what they sum to is compared with the ledger."""
        self.sudo().write({'state': 'computed', 'job_state': False, 'computed_on': fields.Datetime.now()})
        self._refresh_totals()


def _rate(rates, bucket, grade, segment):
    """Return (rate, whether it names no grade): the most specific rate, the segment before the grade."""
    for key in (
        (bucket, grade, segment),
        (bucket, None, segment),
        (bucket, grade, None),
        (bucket, None, None),
    ):
        rate = rates.get(key)
        if rate is not None:
            return rate, key[1] is None
    return Decimal(0), True  # an unallocated credit has no bucket


def _parties(rows):
    """Yield the rows of each customer, as they come: the whole run is never held in memory.

    Items that name no customer stand alone: nobody's credit lowers somebody else's allowance.
    """
    party = []
    for row in rows:
        if party and (
            not row.partner_id
            or (row.company_id, row.partner_id) != (party[0].company_id, party[0].partner_id)
        ):
            yield party
            party = []
        party.append(row)
    if party:
        yield party


def _lines_by_move(rows):
    result = {}
    for row in rows:
        result.setdefault(row.move_id, []).append(row)
    return result


def _spread_over_lines(assessment, rows, rounding):
    """Return an assessment of a document as one per open instalment of it; an amount is split by what is open."""
    if assessment.kind == 'rate':
        return [assessment._replace(item=row.id) for row in rows]
    weights = [max(exact(row.residual), Decimal(0)) for row in rows]
    parts = matrix.shares(assessment.value, weights, rounding)
    return [assessment._replace(item=row.id, value=part) for row, part in zip(rows, parts, strict=True)]
