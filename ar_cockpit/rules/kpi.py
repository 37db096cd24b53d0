"""The key figures of receivables. Odoo-free; amounts are what ``money.exact`` takes.

Rules
-----
1. Sales and receivables stand on the same tax basis. Credit notes reduce sales; write-offs are not
   collections.
2. Ratios are exact fractions until they are shown: rounding is the caller's, once. Shares are in percent.
3. A division by zero has no answer: ``None``.
4. "Current" is what is not overdue. Receivables are gross of the allowance.
5. A total is computed from sums; an average of ratios is not one.

Formulas: chapter 7.1 of the accounting rules.
"""

from fractions import Fraction
from typing import NamedTuple

from odoo.addons.ar_base.rules.money import exact

PERCENT = 100


class CountBack(NamedTuple):
    """DSO by count-back: days, and the receivables that no month's sales explain (0 = all explained)."""

    days: Fraction
    unexplained: Fraction


class Turnover(NamedTuple):
    """Receivables turnover: times in the period, and the days that one turn takes."""

    times: Fraction
    days: Fraction | None


def _number(value):
    return value if isinstance(value, Fraction) else Fraction(exact(value))


def ratio(numerator, denominator, scale=1):
    """Return ``numerator / denominator * scale`` exactly; None where the denominator is zero."""
    denominator = _number(denominator)
    return _number(numerator) / denominator * scale if denominator else None


def percent(numerator, denominator):
    """Return the share in percent; None where there is nothing to have a share of."""
    return ratio(numerator, denominator, PERCENT)


def dso(receivables, credit_sales, days):
    """Return days sales outstanding: receivables / credit sales x days of the period of the sales.

    With what is current only, it is the best possible DSO.
    """
    return ratio(receivables, credit_sales, _number(days))


def average_days_delinquent(receivables, current, credit_sales, days):
    """Return ADD: DSO less the best possible DSO, which is the overdue part's share of it."""
    return ratio(_number(receivables) - _number(current), credit_sales, _number(days))


def count_back(receivables, months):
    """Return the ``CountBack`` of receivables: months of sales are taken off, the newest first.

    A month that is used up counts its calendar days, the last one pro rata. A month without net sales takes
    nothing off and counts its days. Where the months run out, the days are those of all months, and the rest
    is unexplained.

    :param months: (sales, days), the newest month first.
    """
    left, total = _number(receivables), Fraction(0)
    for sales, days in months:
        if left <= 0:
            break
        sales, days = _number(sales), _number(days)
        if sales > left:
            total += days * left / sales
            left = Fraction(0)
        else:
            total += days
            left -= max(sales, Fraction(0))
    return CountBack(total, max(left, Fraction(0)))


def collection_effectiveness(opening, credit_sales, periods, closing_total, closing_current):
    """Return CEI in percent: of what could be collected, the part that was.

    :param periods: months in the period; sales count by their average month.
    """
    available = _number(opening) + _number(credit_sales) / _number(periods)
    return percent(available - _number(closing_total), available - _number(closing_current))


def turnover(credit_sales, opening, closing, year_days=365):
    """Return the ``Turnover`` on average receivables, or None where there are none."""
    times = ratio(credit_sales, (_number(opening) + _number(closing)) / 2)
    if times is None:
        return None
    return Turnover(times, ratio(_number(year_days), times))


def true_dso(invoices):
    """Return DSO from open invoices: the sum of open amount / sales of the invoice's month x age in days.

    Invoices of a month without net sales are left out.

    :param invoices: (open, sales of its month, age).
    """
    parts = (ratio(open_amount, sales, _number(age)) for open_amount, sales, age in invoices)
    return sum((part for part in parts if part is not None), Fraction(0))


def average_days(payments):
    """Return the amount-weighted mean of days (early is negative); None where nothing was paid.

    :param payments: (amount, days).
    """
    payments = [(_number(amount), _number(days)) for amount, days in payments]
    return ratio(sum(amount * days for amount, days in payments), sum(amount for amount, _days in payments))


def collection_rate(collected, opening, added):
    """Return the collection rate in percent: collected / (opening + what was added).

    Either opening overdue and what fell due, or opening receivables and invoices less credit notes.
    """
    return percent(collected, _number(opening) + _number(added))


class Salesperson(NamedTuple):
    """What one salesperson's receivables did in a period; ``other`` is what else changed them."""

    opening: Fraction
    invoiced: Fraction
    credit_notes: Fraction
    collected: Fraction
    written_off: Fraction
    overdue_closing: Fraction
    other: Fraction = Fraction(0)


class Performance(NamedTuple):
    """Closing balance; collection rate and overdue ratio in percent; DSO in days."""

    closing: Fraction
    collection_rate: Fraction | None
    overdue_ratio: Fraction | None
    dso: Fraction | None


def performance(row, days):
    """Return the ``Performance`` of a ``Salesperson`` row in a period of so many days."""
    row = Salesperson(*map(_number, row))
    sales = row.invoiced - row.credit_notes
    closing = row.opening + sales - row.collected - row.written_off + row.other
    return Performance(
        closing,
        collection_rate(row.collected, row.opening, sales),
        percent(row.overdue_closing, closing),
        dso(closing, sales, days),
    )


def performance_by_salesperson(rows, days):
    """Return the ``Performance`` of each row and of their sums: [each], total."""
    rows = [Salesperson(*map(_number, row)) for row in rows]
    total = Salesperson(*map(sum, zip(*rows, strict=True))) if rows else Salesperson(*[Fraction(0)] * 6)
    return [performance(row, days) for row in rows], performance(total, days)
