"""The open items of one customer, rated by the terms that a run froze. Odoo-free.

Rules
-----
1. The rate of an item is the most specific one of its bucket: the segment goes before the grade.
2. The forward factor multiplies every rate, the grade's multiplier only those that name no grade.
3. An assessment of a document counts for each open instalment of it; an amount is split by what is open.
4. Items that name no customer stand alone: one customer's credit never lowers another's allowance.
5. A customer's items in all branches are rated together.
"""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from . import matrix
from odoo.addons.ar_base.rules.money import ZERO, exact, shares

ONE = Decimal(1)


class Row(NamedTuple):
    """A frozen open item, as the rules need it."""

    id: int
    move_id: int | None
    partner_id: int | None
    company_id: int
    date: date
    invoice_date: date | None
    date_maturity: date | None
    bucket_id: int | None
    residual: float
    carried: float | None
    grade_id: int | None
    segment_id: int | None
    untaxed: float | None
    total: float | None
    allowance: float | None


class Rated(NamedTuple):
    """What rating adds to a line, by the names of its fields."""

    id: int
    category: str
    assessment_id: int | None
    offset: Decimal
    base: Decimal
    secured: Decimal
    rate: Decimal
    matrix_rate: Decimal
    multiplier: Decimal
    computed: Decimal
    allowance: Decimal


class Terms(NamedTuple):
    """What the policy says, ready for every row.

    Attributes:
        rates: {(bucket, grade, segment): rate}; None = whichever has no rate of its own.
        forward: factor on every rate.
        grades: {grade: multiplier}
        assessments: {customer: [(document or False, ``matrix.Assessment``)]}
        secured: {customer: secured amount}
        excluded: segments that carry no allowance.
        net: whether the base is net of VAT.
        default_net: (untaxed, total) of items that come from no invoice.
        rounding: of the company's currency.
    """

    rates: dict
    forward: Decimal
    grades: dict
    assessments: dict
    secured: dict
    excluded: frozenset
    net: bool
    default_net: tuple
    rounding: Decimal


def terms(parameters, rounding):
    """Return the Terms that the frozen ``parameters`` of a run say."""
    assessments = {}
    for partner, move, kind, value, key in parameters['assessments']:
        found = matrix.Assessment(kind, Decimal(value), None, key)
        assessments.setdefault(partner, []).append((move, found))
    return Terms(
        {tuple(key): Decimal(rate) for *key, rate in parameters['rates']},
        Decimal(parameters['forward']),
        {int(key): Decimal(value) for key, value in parameters['grades'].items()},
        assessments,
        {int(key): Decimal(value) for key, value in parameters['secured'].items()},
        frozenset(parameters['excluded']),
        parameters['base'] == 'net',
        (ONE, 1 + exact(parameters['default_vat_rate'])),
        exact(rounding),
    )


def parties(rows):
    """Yield the rows of each customer, as they come: the whole run is never held in memory."""
    party = []
    for row in rows:
        if party and (not row.partner_id or row.partner_id != party[0].partner_id):
            yield party
            party = []
        party.append(row)
    if party:
        yield party


def provide(party, terms):
    """Return [(``matrix.Item``, ``matrix.Result``)] of the rows of one customer."""
    items = [item(row, terms) for row in party]
    results = matrix.provide(items, assessments(party, terms), terms.rounding)
    return list(zip(items, results, strict=True))


def rate(party, terms):
    """Yield what rating adds to each row of one customer."""
    for row, (found, result) in zip(party, provide(party, terms), strict=True):
        yield Rated(
            row.id,
            result.category,
            result.assessment,
            result.offset,
            result.base,
            result.secured,
            result.rate,
            found.rate,
            found.multiplier,
            computed=result.allowance,
            allowance=result.allowance,
        )


def item(row, terms):
    """Return the row as ``matrix`` takes it."""
    net = (ONE, ONE)
    if terms.net:
        net = (exact(row.untaxed), exact(row.total)) if row.total else terms.default_net
    loss_rate, general = matrix_rate(terms.rates, row.bucket_id, row.grade_id, row.segment_id)
    multiplier = terms.forward * (terms.grades.get(row.grade_id, 1) if general else 1)
    excluded = row.segment_id in terms.excluded
    carried = None if row.carried is None else exact(row.carried)
    return matrix.Item(
        row.id,
        row.bucket_id,
        exact(row.residual),
        net,
        loss_rate,
        multiplier,
        excluded,
        row.company_id,
        carried,
    )


def matrix_rate(rates, bucket, grade, segment):
    """Return (rate, whether it names no grade)."""
    for key in (
        (bucket, grade, segment),
        (bucket, None, segment),
        (bucket, grade, None),
        (bucket, None, None),
    ):
        found = rates.get(key)
        if found is not None:
            return found, key[1] is None
    return ZERO, True  # an unallocated credit has no bucket


def assessments(party, terms):
    """Return the assessments of the customer, those of documents as one per open instalment."""
    partner_id, found = party[0].partner_id, []
    for move_id, assessment in terms.assessments.get(partner_id, ()):
        rows = [row for row in party if row.move_id == move_id]
        found += spread(assessment, rows, terms.rounding) if move_id else [assessment]
    if partner_id in terms.secured:
        found.append(matrix.Assessment('secured', terms.secured[partner_id]))
    return found


def spread(assessment, rows, rounding):
    """Return the assessment of a document as one per row of it; an amount is split by what is open."""
    if assessment.kind == 'rate':
        return [assessment._replace(item=row.id) for row in rows]
    weights = [max(exact(row.residual), ZERO) for row in rows]
    parts = shares(assessment.value, weights, rounding)
    return [assessment._replace(item=row.id, value=part) for row, part in zip(rows, parts, strict=True)]
