"""Simple interest for late payment, and interest by the month. Odoo-free.

Amounts are decimals in the item's currency, rates are fractions (0.05 = 5 %). All is computed in exact
fractions and rounded half up, once, where the terms say.

- The first day that bears interest is the day after the due date, the last is the day of payment or
  calculation; where the payment day does not count, the day before.
- A payment lowers the balance from the day after it (or from its day). A credit note that corrects the
  document lowers it from the beginning.
- No day is charged twice: what was charged until a date starts the day after.
"""

from bisect import bisect_right
from calendar import monthrange
from datetime import date, timedelta
from fractions import Fraction
from typing import NamedTuple

from odoo.addons.ar_base.rules.money import CENT, ZERO, exact, rounded

DAY = timedelta(days=1)


class NoRate(LookupError):
    """The table has no rate that is in force on ``day``."""

    def __init__(self, day):
        super().__init__(day)
        self.day = day


class Event(NamedTuple):
    day: date
    amount: object
    retroactive: bool = False


class Terms(NamedTuple):
    """What was agreed.

    Attributes:
        rates: (valid from, fraction per ``per``) in order of their dates; a fixed rate is one row.
    """

    rates: tuple
    per: str = 'year'  # year, day or month
    floating: bool = True  # else the rate of the first day stays
    margin: object = 0
    multiplier: object = 1
    day_count: str = 'act/365'  # act/360, act/act
    payment_day_counted: bool = True
    rounding: str = 'none'  # once at the end; daily, segment
    grace_days: int = 0
    grace_mode: str = 'retroactive'  # deferred
    months: str = 'completed'  # started
    compounding: bool = False  # by the month only
    minimum: object = 0
    unit: object = CENT


class Segment(NamedTuple):
    """Days of one balance at one rate. ``rate`` is the fraction per ``per``."""

    start: date
    end: date
    days: int
    principal: object
    rate: object
    per: str
    interest: Fraction  # not rounded, or as the terms round segments


class Result(NamedTuple):
    segments: tuple
    amount: object  # decimal, 0 below the minimum
    until: date | None  # the last day that this charges


def fixed(rate, per='year', **terms):
    """Return terms of one rate for ever."""
    return Terms(((date.min, exact(rate)),), per, **terms)


def rate_on(terms, day):
    """Return the rate in force on ``day`` as a fraction: base x multiplier + margin.

    :raise NoRate: the table begins later.
    """
    index = bisect_right(terms.rates, day, key=lambda row: row[0])
    if not index:
        raise NoRate(day)
    return exact(terms.rates[index - 1][1]) * exact(terms.multiplier) + exact(terms.margin)


def balance_on(terms, principal, events, day):
    """Return what bears interest on ``day``, never below zero."""
    lag = DAY if terms.payment_day_counted else timedelta()
    paid = sum(exact(event.amount) for event in events if event.retroactive or event.day + lag <= day)
    return max(exact(principal) - paid, ZERO)


def late_until(principal, end, events):
    """Return the day on which nothing was open any more, at most ``end``."""
    left = exact(principal) - sum(exact(event.amount) for event in events if event.retroactive)
    if left <= 0:
        return date.min
    for event in sorted((event for event in events if not event.retroactive), key=lambda event: event.day):
        left -= exact(event.amount)
        if left <= 0:
            return min(event.day, end)
    return end


def debt_when_late(principal, due, end, events, grace_days):
    """Return what was open on the first day after the due date, 0 where it was settled within the grace."""
    if (late_until(principal, end, events) - due).days <= grace_days:
        return ZERO
    terms = fixed(0)
    return balance_on(terms, principal, events, first_day(terms, due))


def within_grace(terms, principal, due, end, events):
    """Whether the item was settled, or is still, within the grace that is not charged afterwards."""
    if terms.grace_mode != 'retroactive':
        return False
    return (late_until(principal, end, events) - due).days <= terms.grace_days


def first_day(terms, due):
    """Return the day on which interest starts to run."""
    return due + timedelta(days=1 + (terms.grace_days if terms.grace_mode == 'deferred' else 0))


def interest(principal, due, end, events, terms, charged_until=None):
    """Return the interest of the days until ``end`` that were not charged yet.

    :raise NoRate: a day lies before the first rate.
    """
    last = end if terms.payment_day_counted else end - DAY
    start = max(first_day(terms, due), charged_until + DAY) if charged_until else first_day(terms, due)
    if start > last or within_grace(terms, principal, due, end, events):
        return Result((), ZERO, None)
    segments = tuple(_segments(principal, start, last, first_day(terms, due), events, terms))
    return Result(segments, _charged(terms, segments), last)


def _segments(principal, start, last, begin, events, terms):
    cuts = sorted({start, *(day for day in _changes(events, terms, start, last) if start < day <= last)})
    ends = [*(day - DAY for day in cuts[1:]), last]
    open_one = None
    for first, end in zip(cuts, ends, strict=True):
        balance = balance_on(terms, principal, events, first)
        rate = rate_on(terms, first if terms.floating else begin) if balance else None
        key = (balance, rate, first.year if terms.day_count == 'act/act' else None)
        if open_one and open_one[0] == key:
            open_one = (key, open_one[1], end)
            continue
        if open_one and open_one[0][0]:
            yield _segment(terms, *open_one)
        open_one = (key, first, end)
    if open_one[0][0]:
        yield _segment(terms, *open_one)


def _changes(events, terms, start, last):
    """Yield the days on which balance, rate or basis may change."""
    lag = DAY if terms.payment_day_counted else timedelta()
    yield from (event.day + lag for event in events if not event.retroactive)
    if terms.floating:
        yield from (row[0] for row in terms.rates)
    if terms.day_count == 'act/act':
        yield from (date(year, 1, 1) for year in range(start.year + 1, last.year + 1))


def _segment(terms, key, start, end):
    balance, rate, _year = key
    days = (end - start).days + 1
    daily = Fraction(balance) * Fraction(rate) / _basis(terms, start)
    if terms.rounding == 'daily':
        amount = Fraction(rounded(daily, terms.unit)) * days
    elif terms.rounding == 'segment':
        amount = Fraction(rounded(daily * days, terms.unit))
    else:
        amount = daily * days
    return Segment(start, end, days, balance, rate, terms.per, amount)


def _basis(terms, day):
    if terms.per == 'day':
        return 1
    if terms.day_count == 'act/act':
        return (date(day.year + 1, 1, 1) - date(day.year, 1, 1)).days
    return 360 if terms.day_count == 'act/360' else 365


def _charged(terms, segments):
    amount = rounded(sum((segment.interest for segment in segments), Fraction(0)), terms.unit)
    return ZERO if amount < exact(terms.minimum) else amount


def percent(fraction):
    """Return a fraction as percent, without zeros that say nothing."""
    text = f'{exact(fraction) * 100:f}'
    return text.rstrip('0').rstrip('.') if '.' in text else text


# === By the month ===


def plus_months(day, months):
    """Return the same day ``months`` later, at most the last of its month."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def months_late(due, end, how='completed'):
    """Return the number of months since the due date that are ``completed`` or ``started``.

    A month ends on the due date's day; the next starts the day after.
    """
    if end <= due:
        return 0
    count = (end.year - due.year) * 12 + end.month - due.month
    if plus_months(due, count) > end:
        count -= 1
    return count + (how == 'started' and plus_months(due, count) < end)


def monthly(principal, due, end, events, terms, charged_until=None):
    """Return the interest of the months that were not charged yet, one segment each.

    A completed month bears interest on what was open to its end, a started one on what was open at its
    beginning. With compounding the interest of earlier months, charged or not, bears interest too.
    """
    if within_grace(terms, principal, due, end, events):
        return Result((), ZERO, None)
    begin = first_day(terms, due) - DAY
    segments, carried = [], Fraction(0)
    for number in range(months_late(begin, end, terms.months)):
        start, last = plus_months(begin, number) + DAY, plus_months(begin, number + 1)
        balance = balance_on(terms, principal, events, last if terms.months == 'completed' else start)
        if not balance:
            break
        rate = rate_on(terms, start if terms.floating else begin + DAY)
        base = Fraction(balance) + (carried if terms.compounding else 0)
        amount = base * Fraction(rate) / (1 if terms.per == 'month' else 12)
        carried += amount
        if not charged_until or start > charged_until:
            segments.append(
                Segment(
                    start, last, (last - start).days + 1, balance, rate, terms.per, _by_segment(terms, amount)
                )
            )
    return Result(tuple(segments), _charged(terms, segments), segments[-1].end if segments else None)


def _by_segment(terms, amount):
    return Fraction(rounded(amount, terms.unit)) if terms.rounding == 'segment' else amount
