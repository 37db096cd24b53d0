from decimal import Decimal
from typing import NamedTuple

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..rules import matrix
from ..rules.amounts import exact
from odoo.addons.ar_base.engine import open_items

BATCH = 5000  # rows fetched and inserted at a time: what memory holds of a run

COLUMNS = (
    'run_id', 'company_id', 'partner_id', 'document', 'move_line_id', 'account_id', 'currency_id', 'grade_id', 'segment_id',
    'bucket_id', 'category', 'assessment_id', 'date', 'invoice_date', 'date_maturity', 'base_date', 'days_overdue', 'residual',
    'residual_currency', '"offset"', 'base', 'secured', 'rate', 'matrix_rate', 'multiplier', 'computed', 'allowance',
)


class Row(NamedTuple):
    """An open item as the ledger gives it; the names are those of the query."""

    id: int
    move_id: int
    document: str
    partner_id: int | None
    company_id: int
    account_id: int
    currency_id: int
    date: object
    invoice_date: object
    date_maturity: object
    base_date: object
    days_overdue: int
    bucket_id: int | None
    residual: float
    residual_currency: float
    grade_id: int | None
    segment_id: int | None
    untaxed: float | None
    total: float | None


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
    """The computation: one pass over the aging, customer by customer, in bounded memory."""

    _inherit = 'ar.provision.run'

    def _compute_run(self):
        """Replace lines and totals by what the ledger says now.

        One statement reads the aging through a cursor of the server, so the figures are of one moment. All of it is one
        transaction: killed in the middle, it leaves what was there before.
        """
        self.ensure_one()
        self._check_policy()
        self._clear()
        params = self._aging_parameters()
        terms = self._terms()
        self._stream_lines(params, terms)
        self.env['ar.provision.line'].invalidate_model(flush=False)
        self.sudo().write({
            'state': 'computed', 'computed_by_id': self.env.uid, 'computed_on': fields.Datetime.now(),
            'parameters': self._frozen_parameters(params, terms)})
        self._refresh_totals()

    def _check_policy(self):
        policy = self.policy_id
        if not policy:
            raise UserError(self.env._(
                "No provision policy of %(company)s is in force on %(date)s. Put one in force first.",
                company=self.company_id.name, date=self.as_of))
        problems = policy.sudo()._problems()
        if policy.state != 'confirmed':
            problems.append(self.env._("The policy %s is a draft: put it in force first.", policy.name))
        if problems:
            raise UserError('\n'.join(problems))

    # === What the policy says ===

    def _aging_parameters(self):
        policy = self.policy_id.sudo()
        scheme = policy.scheme_id
        items = self.env['ar.open.item'].sudo()
        return open_items.Parameters(
            as_of=self.as_of, basis=scheme.basis, unit=scheme.unit, credits=scheme.credits,
            buckets=tuple(scheme._effective_buckets()), account_ids=tuple(policy._receivable_accounts().ids),
            rates=items._closing_rates(self.as_of) if policy.valuation == 'closing' else ())

    def _terms(self):
        policy = self.policy_id.sudo()
        rates, forward, grades = policy._rate_table()
        company = self.company_id.sudo()
        return Terms(
            rates, forward, grades,
            self.env['ar.provision.assessment']._in_force(company, self.as_of),
            self._secured_by_customer() if policy.deduct_secured else {},
            frozenset(self.env['ar.provision.segment'].sudo().with_context(active_test=False).search([('excluded', '=',
            True)]).ids),
            policy.base == 'net', (Decimal(1), 1 + exact(policy.default_vat_rate)), exact(company.currency_id.rounding))

    def _secured_by_customer(self):
        """Return {customer id: secured amount} that other addons know of."""
        amounts = self.env['ar.credit.account'].sudo()._secured_by_customer(self.company_id, self.as_of)
        return {partner_id: exact(amount) for partner_id, amount in amounts.items() if amount > 0}

    # === The pass ===

    def _stream_lines(self, params, terms):
        self.env.flush_all()
        cr = self.env.cr
        cr.execute(SQL('DECLARE ar_provision_items NO SCROLL CURSOR FOR %s', self._items_query(params)))
        rows = self._fetch_all()
        pending = []
        for party in _parties(rows):
            pending += self._provide(party, party[0].partner_id, terms)
            if len(pending) >= BATCH:
                self._insert(pending)
                pending = []
        self._insert(pending)
        cr.execute('CLOSE ar_provision_items')

    def _fetch_all(self):
        while batch := self.env.execute_query(SQL('FETCH %s FROM ar_provision_items', BATCH)):
            yield from map(Row._make, batch)

    def _items_query(self, params):
        """Return SQL of the ``Row`` columns, oldest first within each customer."""
        return SQL(
            """
            SELECT i.id, i.move_id, m.name, i.commercial_partner_id, i.company_id, i.account_id, i.currency_id, i.date,
                   i.invoice_date, i.date_maturity, i.base_date, i.days_overdue, i.bucket_id, i.residual, i.residual_currency,
                   ca.grade_id, COALESCE(ca.provision_segment_id, related.segment_id),
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
            aged=open_items.aged(params), root=self.company_id.id, companies=tuple(self._companies().ids))

    def _provide(self, rows, partner_id, terms):
        """Return the tuples to insert for the open items of one customer."""
        items = [self._item(row, terms) for row in rows]
        assessments = self._assessments(rows, partner_id, terms)
        results = matrix.provide(items, assessments, terms.rounding)
        return [self._line(row, item, result) for row, item, result in zip(rows, items, results, strict=True)]

    def _item(self, row, terms):
        net = (Decimal(1), Decimal(1))
        if terms.net:
            net = (exact(row.untaxed), exact(row.total)) if row.total else terms.default_net
        rate, general = _rate(terms.rates, row.bucket_id, row.grade_id, row.segment_id)
        multiplier = terms.forward * (terms.grades.get(row.grade_id, 1) if general else 1)
        return matrix.Item(
            row.id, row.bucket_id, exact(row.residual), net, rate, multiplier, row.segment_id in terms.excluded)

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

    def _line(self, row, item, result):
        return (
            self.id, row.company_id, row.partner_id, row.document, row.id, row.account_id, row.currency_id, row.grade_id,
            row.segment_id, row.bucket_id, result.category, result.assessment, row.date, row.invoice_date, row.date_maturity,
            row.base_date, row.days_overdue, row.residual, row.residual_currency, result.offset, result.base, result.secured,
            result.rate, item.rate, item.multiplier, result.allowance, result.allowance)

    def _insert(self, values):
        if values:
            query = f'INSERT INTO ar_provision_line ({", ".join(COLUMNS)}) VALUES %s'  # constant names
            self.env.cr.execute_values(query, values, page_size=1000)

    # === What is kept with the run ===

    def _frozen_parameters(self, params, terms):
        policy = self.policy_id.sudo()
        names = {bucket.id: bucket.name for bucket in policy.scheme_id.bucket_ids}
        return {
            'scheme': policy.scheme_id.name, 'basis': params.basis, 'unit': params.unit, 'credits': params.credits,
            'buckets': [[b.key, names[b.key], b.lower, b.upper] for b in params.buckets],
            'accounts': list(params.account_ids), 'valuation': policy.valuation,
            'currency_rates': {str(currency): rate for company, currency, rate, _rounding in params.rates
                               if company == self.company_id.id},
            'rates': [[*key, str(rate)] for key, rate in terms.rates.items()],
            'forward': str(terms.forward), 'forward_reason': policy.forward_reason or '',
            'grades': {str(key): str(value) for key, value in terms.grades.items()},
            'base': policy.base, 'default_vat_rate': policy.default_vat_rate,
        }


def _rate(rates, bucket, grade, segment):
    """Return (rate, whether it names no grade): the most specific rate, the segment before the grade."""
    for key in ((bucket, grade, segment), (bucket, None, segment), (bucket, grade, None), (bucket, None, None)):
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
        if party and (not row.partner_id or (row.company_id, row.partner_id) != (party[0].company_id, party[0].partner_id)):
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
