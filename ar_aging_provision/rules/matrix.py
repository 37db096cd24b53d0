"""The allowance of one customer's open items. Odoo-free.

Rules
-----
1. Credits of a customer lower its own items of the same company only: first those of their own bucket, then
   the oldest. What is left of them counts for nothing, so that one customer's credit never lowers another's
   allowance.
2. An individually assessed item leaves the pool with its whole balance; an assessed customer with all its
   items.
3. The base is gross, or net of VAT in the proportion of the invoice; the secured part leaves it before the
   rate.
4. allowance = round(max(base - secured, 0) x min(rate x forward factor x grade multiplier, 1)): rates are
   multiplied, then capped, and the amount is rounded once, per item.
5. An amount that is assessed or secured counts once: it is spread over the customer's items, across branches.
6. An item never bears more than the ledger carries for it.
"""

from decimal import Decimal
from typing import NamedTuple

from odoo.addons.ar_base.rules.money import CENT, ZERO, rounded, shares

ONE = Decimal(1)


class Item(NamedTuple):
    """One open item in company currency.

    Attributes:
        key: what identifies the item to the caller.
        bucket: its bucket; None = an unallocated credit.
        amount: open amount, credits negative.
        net: what is left of one unit without VAT, as (untaxed, total).
        rate: loss rate of its bucket, grade and segment.
        multiplier: forward factor x grade multiplier.
        excluded: it is in no pool (public bodies, insured): no allowance.
        company: whose item it is.
        carried: what the ledger carries for it; None = its amount.
    """

    key: object
    bucket: object
    amount: Decimal
    net: tuple = (ONE, ONE)
    rate: Decimal = ZERO
    multiplier: Decimal = ONE
    excluded: bool = False
    company: object = None
    carried: Decimal | None = None


class Assessment(NamedTuple):
    """A decision about a customer, or about one of its items.

    Attributes:
        kind: ``rate`` or ``amount`` (individual assessment), ``secured`` (stays in the pool, less what is
            secured).
        value: the rate, or the amount.
        item: key of the item; None = the whole customer.
        key: what identifies it to the caller.
    """

    kind: str
    value: Decimal
    item: object = None
    key: object = None


class Result(NamedTuple):
    """What one item contributes.

    Attributes:
        category: ``pool``, ``individual`` or ``excluded``.
        offset: what credits took from it.
        base: what the rate applies to before security, unrounded.
        secured: the secured part of the base.
        rate: the rate that was applied, after factors and cap.
        allowance: rounded.
        assessment: key of the assessment that decided, if any.
    """

    key: object
    category: str
    offset: Decimal
    base: Decimal
    secured: Decimal
    rate: Decimal
    allowance: Decimal
    assessment: object = None


def allowance(base, secured, rate, multiplier=ONE, rounding=CENT):
    """Return (allowance, rate applied) of one row: rule 4."""
    applied = min(rate * multiplier, ONE)
    return rounded(max(base - secured, ZERO) * applied, rounding), applied


def offsets(items):
    """Return what credits take from each item (in the order given, oldest first): rule 1."""
    credits = {}
    for item in items:
        if item.amount < 0:
            left = credits.setdefault(item.company, {})
            left[item.bucket] = left.get(item.bucket, ZERO) - item.amount
    taken = [ZERO] * len(items)
    for same_bucket in (True, False) if credits else ():
        for i, item in enumerate(items):
            left = credits.get(item.company)
            if not left or item.amount <= taken[i]:
                continue
            for bucket in [item.bucket] if same_bucket else list(left):
                part = min(left.get(bucket, ZERO), item.amount - taken[i])
                taken[i] += part
                left[bucket] = left.get(bucket, ZERO) - part
    return taken


def _bases(items):
    return [
        max(item.amount - taken, ZERO) * item.net[0] / item.net[1]
        for item, taken in zip(items, offsets(items), strict=True)
    ]


def provide(items, assessments=(), rounding=CENT):
    """Return the ``Result`` of each item of one customer, in the order given (oldest first)."""
    bases = _bases(items)
    taken = offsets(items)
    whole = next((a for a in assessments if a.item is None and a.kind != 'secured'), None)
    single = {a.item: a for a in assessments if a.item is not None and a.kind != 'secured'}
    chosen = [single.get(item.key, whole) for item in items]
    covered = _secured(items, bases, assessments, rounding)
    fixed = _amounts(bases, chosen, rounding)
    results = []
    for i, item in enumerate(items):
        category, rate, multiplier = 'pool', item.rate, item.multiplier
        if chosen[i]:
            category, rate, multiplier = 'individual', chosen[i].value, ONE
        elif item.excluded:
            category, rate = 'excluded', ZERO
        if chosen[i] and chosen[i].kind == 'amount':
            amount = fixed[i]
            applied = amount / bases[i] if bases[i] else ZERO
        else:
            amount, applied = allowance(bases[i], covered[i], rate, multiplier, rounding)
        if item.carried is not None:
            amount = min(amount, max(item.carried, ZERO))
        results.append(
            Result(
                item.key,
                category,
                taken[i] if item.amount > 0 else ZERO,
                bases[i],
                covered[i],
                applied,
                amount,
                chosen[i].key if chosen[i] else None,
            )
        )
    return results


def _secured(items, bases, assessments, rounding):
    """Return the secured part of each base: its own first, then the customer's by what is left."""
    covered = [ZERO] * len(items)
    common = ZERO
    own = {}
    for assessment in assessments:
        if assessment.kind == 'secured' and assessment.item is None:
            common += assessment.value
        elif assessment.kind == 'secured':
            own[assessment.item] = own.get(assessment.item, ZERO) + assessment.value
    for i, item in enumerate(items):
        covered[i] = min(own.get(item.key, ZERO), bases[i])
    rest = [base - cover for base, cover in zip(bases, covered, strict=True)]
    if common >= sum(rest):
        return bases
    extra = shares(common, rest, rounding) if common else covered
    return (
        [min(cover + more, base) for cover, more, base in zip(covered, extra, bases, strict=True)]
        if common
        else covered
    )


def _amounts(bases, chosen, rounding):
    """Return the allowance of items whose assessment names an amount: at most the base, in proportion."""
    result = [ZERO] * len(bases)
    for assessment in {id(a): a for a in chosen if a and a.kind == 'amount'}.values():
        members = [i for i, a in enumerate(chosen) if a is assessment]
        weights = [bases[i] for i in members]
        total = rounded(min(assessment.value, sum(weights)), rounding)
        for i, part in zip(members, shares(total, weights, rounding), strict=True):
            result[i] = part
    return result


def adjustment(required, booked):
    """Return what must be booked: positive = charge. A debit balance is a negative ``booked``."""
    return required - booked
