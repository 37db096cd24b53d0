"""Scores: payment index, Z'', points of a factor, score card, suggested limit. Odoo-free.

Numbers come as int, float, str or Decimal and are taken as written ("0.1" is a tenth); everything is computed
exactly and rounded once, half away from zero, at the level that each function states. What is unknown is
None, which is not 0.
Anchors, bounds, weights and grades are data of the caller.
"""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from math import floor
from typing import NamedTuple


def exact(number):
    """Return the number as it is written; None stays None."""
    return None if number is None else Fraction(str(number))


def half_up(number, places):
    """Return the number rounded half away from zero to a Decimal of ``places``; None stays None."""
    if number is None:
        return None
    scaled = floor(abs(number) * 10**places + Fraction(1, 2))
    return Decimal(scaled if number >= 0 else -scaled).scaleb(-places)


def years_between(start, end):
    """Return the years from ``start`` to ``end``: by anniversary, then the share of the last one."""
    if end <= start:
        return Fraction(0)
    whole = end.year - start.year
    if _anniversary(start, whole) > end:
        whole -= 1
    last, following = _anniversary(start, whole), _anniversary(start, whole + 1)
    return whole + Fraction((end - last).days, (following - last).days)


def _anniversary(start, years):
    leap_day = (start.month, start.day) == (2, 29)
    try:
        return start.replace(year=start.year + years)
    except ValueError:
        return date(start.year + years, 2, 28) if leap_day else start


# === Payment index ===


class Experience(NamedTuple):
    """How an amount was paid, or is overdue: ``days_late`` after its due date, negative if early."""

    amount: float
    days_late: int
    count: int = 1


class Index(NamedTuple):
    """``index``: 0 to 100 with one decimal; None = unrated, and then without a risk."""

    index: Decimal | None
    risk: str | None


def payment_points(days_late, anchors):
    """Return the points of one payment: linear between the anchors, the outer ones hold beyond them.

    :param anchors: (days late, points), at least one.
    """
    ranked = sorted((exact(days), exact(points)) for days, points in anchors)
    days_late = exact(days_late)
    if days_late <= ranked[0][0]:
        return ranked[0][1]
    for (days, points), (next_days, next_points) in pairwise(ranked):
        if days_late <= next_days:
            return points + (next_points - points) * (days_late - days) / (next_days - days)
    return ranked[-1][1]


def payment_index(experiences, anchors, risks, min_experiences=1):
    """Return the amount-weighted mean of the points, rounded to one decimal.

    :param experiences: what ``Experience`` describes; those without an amount weigh nothing, and count.
    :param risks: (lowest index, risk) of each class, in any order.
    """
    weight = sum(exact(experience.amount) for experience in experiences)
    if not weight or sum(experience.count for experience in experiences) < min_experiences:
        return Index(None, None)
    points = {
        days: payment_points(days, anchors) for days in {experience.days_late for experience in experiences}
    }
    total = sum(exact(experience.amount) * points[experience.days_late] for experience in experiences)
    index = half_up(total / weight, 1)
    ranked = sorted(risks, reverse=True)
    return Index(index, next((risk for lowest, risk in ranked if exact(index) >= exact(lowest)), None))


# === Financial statements ===


class ZScore(NamedTuple):
    """``z``: three decimals; None where the statements do not suffice. The zone compares ``exact_z``."""

    z: Decimal | None
    zone: str | None
    exact_z: Fraction | None = None


def ratio(numerator, denominator, factor=1):
    """Return the quotient, or None where a side is unknown or there is nothing to divide by."""
    if numerator is None or denominator is None or not exact(denominator):
        return None
    return exact(numerator) / exact(denominator) * factor


def altman_z2(
    current_assets,
    current_liabilities,
    total_assets,
    retained_earnings,
    ebit,
    book_equity,
    total_liabilities,
    safe='2.6',
    distress='1.1',
):
    """Return Altman's Z'' for companies that are not manufacturers and not listed.

    6.56 working capital + 3.26 retained earnings + 6.72 EBIT, each over total assets, + 1.05 book equity over
    liabilities.
    """
    working_capital = difference(current_assets, current_liabilities)
    parts = [
        (Fraction('6.56'), ratio(working_capital, total_assets)),
        (Fraction('3.26'), ratio(retained_earnings, total_assets)),
        (Fraction('6.72'), ratio(ebit, total_assets)),
        (Fraction('1.05'), ratio(book_equity, total_liabilities)),
    ]
    if any(value is None for _coefficient, value in parts):
        return ZScore(None, None)
    z = sum(coefficient * value for coefficient, value in parts)
    zone = 'safe' if z > exact(safe) else 'distress' if z < exact(distress) else 'grey'
    return ZScore(half_up(z, 3), zone, z)


def difference(minuend, subtrahend):
    """Return the difference, or None where a side is unknown."""
    return None if minuend is None or subtrahend is None else exact(minuend) - exact(subtrahend)


# === Score card ===


class Factor(NamedTuple):
    """What one fact is worth.

    Attributes:
        direction: ``higher`` or ``lower`` is better, or ``as_is``: the value is the points, within 0 and 100.
        thresholds: (bound, points); the best one reached counts. ``higher``: value >= bound, ``lower``:
            value <= bound.
        otherwise: points where no bound is reached.
    """

    code: str
    weight: float
    direction: str
    thresholds: tuple = ()
    otherwise: float = 0


class Grade(NamedTuple):
    code: str
    min_score: float


class Cap(NamedTuple):
    """A fact that no score outweighs: the customer gets ``grade`` at best."""

    code: str
    grade: str


class Result(NamedTuple):
    """``score`` is None where nothing is known; ``caps`` are all that apply, even if they change nothing."""

    points: dict
    missing_weight: Fraction
    score: Decimal | None
    grade: str | None
    caps: list


def factor_points(factor, value):
    """Return the points of one fact, unrounded; None if it is unknown."""
    value = exact(value)
    if value is None:
        return None
    if factor.direction == 'as_is':
        return min(max(value, Fraction(0)), Fraction(100))
    higher = factor.direction == 'higher'
    for bound, points in _ranked(factor):
        if value >= bound if higher else value <= bound:
            return points
    return exact(factor.otherwise)


def _ranked(factor):
    """Return the thresholds from the best value to the worst."""
    return sorted(
        ((exact(bound), exact(points)) for bound, points in factor.thresholds),
        reverse=factor.direction == 'higher',
    )


def problem(factor):
    """Return what is wrong with a factor's scale, or None.

    It is ``weight``, ``points``, ``empty``, ``twice`` or ``order``.
    """
    if factor.weight <= 0:
        return 'weight'
    if factor.direction == 'as_is':
        return None
    bounds = [bound for bound, _points in _ranked(factor)]
    # The last one is what is worse than every bound.
    ranked = [points for _bound, points in _ranked(factor)] + [exact(factor.otherwise)]
    if any(not 0 <= points <= 100 for points in ranked):
        return 'points'
    if not bounds:
        return 'empty'
    if len(set(bounds)) < len(bounds):
        return 'twice'
    return None if ranked == sorted(ranked, reverse=True) else 'order'


def scorecard(values, factors, grades, caps=(), missing_cap=None, missing_share=40):
    """Return the weighted mean of what is known, rounded to one decimal, its grade, and what caps the grade.

    :param values: value by factor code; absent or None = unknown, its weight goes to the others.
    :param grades: best first.
    :param caps: the ``Cap`` that apply to this customer.
    :param missing_cap: the grade at best if more than ``missing_share`` percent of the weight is unknown.
    """
    points = {factor.code: factor_points(factor, values.get(factor.code)) for factor in factors}
    weights = {factor.code: exact(factor.weight) for factor in factors}
    known = sum(weights[code] for code, value in points.items() if value is not None)
    total = sum(weights.values())
    score = None
    if known:
        score = half_up(
            sum(value * weights[code] for code, value in points.items() if value is not None) / known, 1
        )
    applied = list(caps)
    if missing_cap and total and (total - known) * 100 > exact(missing_share) * total:
        applied.insert(0, Cap('missing_data', missing_cap))
    return Result(
        points, total - known, score, capped_grade(score, grades, applied), [cap.code for cap in applied]
    )


def capped_grade(score, grades, caps):
    """Return the grade of the score, no better than any of the caps.

    Without a score only the worst grade is certain.
    """
    codes = [grade.code for grade in grades]
    if not codes:
        return None
    worst = max((codes.index(cap.grade) for cap in caps if cap.grade in codes), default=0)
    if score is None:
        return codes[-1] if worst == len(codes) - 1 and caps else None
    by_score = next(
        (place for place, grade in enumerate(grades) if exact(score) >= exact(grade.min_score)),
        len(codes) - 1,
    )
    return codes[max(by_score, worst)]


# === Suggested limit ===


class Suggestion(NamedTuple):
    """Amounts with two decimals unless asked otherwise; None = cannot be known."""

    need: Decimal | None
    capacity: Decimal | None
    limit: Decimal


def limit_suggestion(
    monthly_sales,
    terms_days,
    net_worth,
    working_capital,
    grade_factor=1,
    security=0,
    maximum=None,
    cushion_days=15,
    net_worth_pct=10,
    working_capital_pct=20,
    step=1000,
    places=2,
):
    """Return need, capacity and the limit that follows.

    need = monthly sales incl. tax x (terms + cushion) / 30; capacity = the lower of 10 % of the net worth and
    20 % of the working capital, at least 0; limit = the lower of the two x the grade's factor + security, at
    most ``maximum``, rounded down to ``step``. What is unknown does not bind; with both unknown only security
    carries a limit.
    """
    need = capacity = None
    if monthly_sales is not None:
        need = max(exact(monthly_sales) * (exact(terms_days) + exact(cushion_days)) / 30, Fraction(0))
    bounds = [
        exact(amount) * exact(share) / 100
        for amount, share in ((net_worth, net_worth_pct), (working_capital, working_capital_pct))
        if amount is not None
    ]
    if bounds:
        capacity = max(min(bounds), Fraction(0))
    base = min((amount for amount in (need, capacity) if amount is not None), default=Fraction(0))
    limit = base * exact(grade_factor) + exact(security)
    if maximum is not None:
        limit = min(limit, exact(maximum))
    step = exact(step) or Fraction(1, 10**places)
    limit = floor(limit / step) * step
    return Suggestion(half_up(need, places), half_up(capacity, places), half_up(limit, places))
