"""The key figures of one month, from what receivables did in it and before. Odoo-free.

DSO and CEI look at the sales of three months, turnover and bad debts at those of twelve, count-back at all
of the history. A figure that its months cannot give (nothing sold, nothing owed) is None.
"""

from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from . import kpi
from odoo.addons.ar_base.rules.money import exact, rounded

HISTORY = 24  # months that are looked back on
TREND = 3  # of them, for DSO and CEI
YEAR = 12  # of them, for turnover and bad debts
DAYS = Decimal('0.1')
SHARE = Decimal('0.01')


class Month(NamedTuple):
    """What receivables did in a month of so many days; of the month that runs, in the days so far."""

    days: int
    moved: Decimal
    sales: Decimal
    collected: Decimal
    written_off: Decimal


class Figures(NamedTuple):
    """Amounts in company currency, days, and shares in percent, rounded as they are shown."""

    receivables: Decimal
    overdue: Decimal
    allowance: Decimal
    sales: Decimal
    collected: Decimal
    written_off: Decimal
    dso: Decimal | None
    dso_best_possible: Decimal | None
    days_delinquent: Decimal | None
    days_late: Decimal | None
    dso_count_back: Decimal | None
    unexplained: Decimal
    effectiveness: Decimal | None
    turnover: Decimal | None
    turnover_days: Decimal | None
    collection_rate: Decimal | None
    overdue_ratio: Decimal | None
    bad_debt_ratio: Decimal | None
    allowance_coverage: Decimal | None


def figures(history, receivables, overdue, allowance, paid=(0, 0)):
    """Return the ``Figures`` of the first month of ``history``.

    :param history: ``Month`` rows, the newest first.
    :param receivables, overdue, allowance: at the end of that month.
    :param paid: (amount, amount x days after its due date) of the receipts matched in the month.
    """
    receivables, overdue, allowance = exact(receivables), exact(overdue), exact(allowance)
    month, trend, year = history[0], history[:TREND], history[:YEAR]
    current = receivables - overdue
    trend_sales, trend_days = _sum(trend, 'sales'), sum(row.days for row in trend)
    year_sales, year_days = _sum(year, 'sales'), sum(row.days for row in year)
    counted = kpi.count_back(receivables, [(row.sales, row.days) for row in history])
    turned = kpi.turnover(year_sales, Fraction(receivables) - _sum(year, 'moved'), receivables, year_days)
    return Figures(
        receivables=receivables,
        overdue=overdue,
        allowance=allowance,
        sales=exact(month.sales),
        collected=exact(month.collected),
        written_off=exact(month.written_off),
        dso=_shown(kpi.dso(receivables, trend_sales, trend_days), DAYS),
        dso_best_possible=_shown(kpi.dso(current, trend_sales, trend_days), DAYS),
        days_delinquent=_shown(
            kpi.average_days_delinquent(receivables, current, trend_sales, trend_days), DAYS
        ),
        days_late=_shown(kpi.ratio(paid[1], paid[0]), DAYS),
        dso_count_back=_shown(counted.days, DAYS),
        unexplained=_shown(counted.unexplained, SHARE),
        effectiveness=_shown(
            kpi.collection_effectiveness(
                Fraction(receivables) - _sum(trend, 'moved'), trend_sales, len(trend), receivables, current
            ),
            DAYS,
        ),
        turnover=_shown(turned and turned.times, SHARE),
        turnover_days=_shown(turned and turned.days, DAYS),
        collection_rate=_shown(
            kpi.collection_rate(month.collected, receivables - exact(month.moved), month.sales), DAYS
        ),
        overdue_ratio=_shown(kpi.percent(overdue, receivables), DAYS),
        bad_debt_ratio=_shown(kpi.percent(_sum(year, 'written_off'), year_sales), SHARE),
        allowance_coverage=_shown(kpi.percent(allowance, overdue), DAYS),
    )


def _sum(rows, name):
    return sum((Fraction(exact(getattr(row, name))) for row in rows), Fraction(0))


def _shown(value, unit):
    return None if value is None else rounded(value, unit)
