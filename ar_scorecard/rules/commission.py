"""Commission released by cash: what a receipt earns, and what a month pays. Odoo-free.

Rules
-----
1. A receipt earns base x rate x share. The share follows from its age, the days from the due date to the
   match: the first tier whose last day it does not exceed; older than all tiers, nothing.
2. The base is the cash, or the part of it that is not tax: cash x untaxed / total of the invoice.
3. What lines say of a match and is no longer so is taken back whole, exactly as it was recorded; what is so
   is entered. What a credit note pays out takes back at the rate of the last receipt of its invoice, and
   nothing if that earned nothing.
4. A month pays what its lines earn, less a rate of what is overdue, plus what earlier months left negative;
   at least the minimum, at most the maximum. What stays negative is carried to the next month: nobody pays
   commission in.

Amounts are exact until they are rounded once, to the currency's unit, per line.
"""

from fractions import Fraction
from typing import NamedTuple

from odoo.addons.ar_base.rules.money import ZERO, exact, rounded

PERCENT = 100


class Tier(NamedTuple):
    """Up to so many days after the due date (before it: negative), this share of the rate, in percent."""

    last_day: int
    share: object


class Terms(NamedTuple):
    """Of a plan. Attributes: rate: in percent. untaxed: whether tax earns nothing. tiers: of ``Tier``."""

    rate: object
    untaxed: bool
    tiers: tuple


class Found(NamedTuple):
    """A match of cash that the lines do not say, or no longer; the columns of ``engine.cash.unrecorded``."""

    partial_key: int
    salesperson_id: int
    move_id: int | None
    document: str | None
    untaxed: object
    total: object
    receipt_id: int | None
    date: object
    date_due: object
    cash: object  # None: there is no such match
    plan_id: int | None = None
    takes_back: int | None = None
    recorded: object = None  # None: no line says anything of it


class Line(NamedTuple):
    """A commission line. Attributes: id: once it is recorded. corrects: the line that it takes back."""

    partial_key: int
    salesperson_id: int
    kind: str
    move_id: int | None
    document: str | None
    receipt_id: int | None
    date: object
    date_due: object
    days_late: int
    cash: object
    base: object
    rate: object
    share: object
    commission: object
    id: int | None = None
    corrects: 'Line | None' = None


class Settlement(NamedTuple):
    """What a month pays.

    Attributes: deduction: for what is overdue, 0 or less. payable: 0 or more. carried: to the next month, 0
    or less.
    """

    deduction: object
    payable: object
    carried: object


def share(tiers, days):
    """Return the share of the rate, in percent, of a receipt that came ``days`` after its due date."""
    fitting = [tier for tier in tiers if days <= tier.last_day]
    return exact(min(fitting, key=lambda tier: tier.last_day).share) if fitting else ZERO


def base(cash, untaxed, total, unit):
    """Return the part of the cash that is not tax; all of it where the document's total is zero."""
    if not exact(total):
        return exact(cash)
    return rounded(Fraction(exact(cash)) * Fraction(exact(untaxed)) / Fraction(exact(total)), unit)


def earned(amount, rate, of_rate, unit):
    """Return what an amount earns at ``rate`` percent, of which ``of_rate`` percent are given."""
    return rounded(
        Fraction(exact(amount)) * Fraction(exact(rate)) * Fraction(exact(of_rate)) / PERCENT**2, unit
    )


def lines(found, recorded, plans, month_start, unit):
    """Return the ``Line`` of each correction and receipt of a month; refunds come last.

    :param found: of ``Found``. :param recorded: the ``Line`` of earlier months, oldest first, for the matches
        that ``found`` names. :param plans: {id: ``Terms``}.
    """
    said, made = {}, []
    for line in recorded:
        said.setdefault((line.partial_key, line.salesperson_id), []).append(line)
    for row in found:
        if row.recorded is not None:
            made.append(_back(said[row.partial_key, row.salesperson_id]))
    named = {line.partial_key: line for line in recorded if line.cash > 0}
    for row in sorted(found, key=lambda row: row.cash is not None and row.cash < 0):
        terms, first = plans.get(row.plan_id), named.get(row.takes_back)
        if row.cash is None or not (terms or first):
            continue
        if row.cash < 0:
            made.append(_refund(row, first, terms, unit))
        else:
            named[row.partial_key] = _receipt(row, terms, month_start, unit)
            made.append(named[row.partial_key])
    return made


def _back(said):
    """The sum of what was said of a match, turned round; it names the last line that gave something."""
    last = [line for line in said if line.kind != 'back'][-1]
    names = ('cash', 'base', 'commission')
    totals = {name: -sum(exact(getattr(line, name)) for line in said) for name in names}
    return last._replace(**totals, kind='back', id=None, corrects=last)


def _receipt(row, terms, month_start, unit):
    days = (row.date - row.date_due).days
    kind = 'late' if row.date < month_start else 'cash'
    return _line(row, kind, days, terms.untaxed, terms.rate, share(terms.tiers, days), unit)


def _refund(row, first, terms, unit):
    if first:
        untaxed = terms.untaxed if terms else first.base != first.cash
        line = _line(row, 'refund', first.days_late, untaxed, first.rate, first.share, unit)
        return line._replace(corrects=first)
    of_rate = ZERO if row.takes_back else share(terms.tiers, 0)
    return _line(row, 'refund', 0, terms.untaxed, terms.rate, of_rate, unit)


def _line(row, kind, days, untaxed, rate, of_rate, unit):
    cash = exact(row.cash)
    amount = base(cash, row.untaxed, row.total, unit) if untaxed else cash
    return Line(
        partial_key=row.partial_key,
        salesperson_id=row.salesperson_id,
        kind=kind,
        move_id=row.move_id,
        document=row.document,
        receipt_id=row.receipt_id,
        date=row.date,
        date_due=row.date_due,
        days_late=days,
        cash=cash,
        base=amount,
        rate=exact(rate),
        share=exact(of_rate),
        commission=earned(amount, rate, of_rate, unit),
    )


def settle(lines, overdue, overdue_rate, carried, minimum, maximum, unit):
    """Return the ``Settlement`` of a month.

    :param lines: what its lines earn and take back, together. :param carried: from the month before.
    :param overdue_rate: in percent of what is overdue. :param maximum: None = none.
    """
    deduction = -earned(overdue, overdue_rate, PERCENT, unit)
    left = exact(lines) + deduction + exact(carried)
    payable = max(left, exact(minimum))
    if maximum is not None:
        payable = min(payable, exact(maximum))
    return Settlement(deduction, payable, min(left, ZERO))
