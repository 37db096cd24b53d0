"""How a customer pays and what it buys, in figures. Odoo-free."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from .scoring import half_up, payment_index, ratio

MONTH_DAYS = 30


class Sales(NamedTuple):
    """What a customer bought, tax included, credit notes deducted.

    Attributes:
        first: date of the first invoice; None = none yet.
        year: of the last 12 months; ``half`` and ``before`` are its later and its earlier six.
    """

    first: date | None = None
    year: float = 0.0
    half: float = 0.0
    before: float = 0.0


class PaymentBehaviour(NamedTuple):
    """A customer's habits at a date, in company currency; None = unknown.

    Attributes:
        payment_index, risk: see ``rules.scoring.payment_index``.
        experiences: payments matched with invoices in the last 24 months, and overdue open items.
        max_days_late_12m: the latest of those of the last 12 months; negative if all came early.
        customer_since: date of the first invoice.
        average_monthly_sales: invoices less credit notes of the last 12 months, tax included, by month.
        turnover_trend_pct: the last 6 months against the 6 before.
    """

    payment_index: Decimal | None = None
    risk: str | None = None
    experiences: int = 0
    max_days_late_12m: int | None = None
    customer_since: date | None = None
    average_monthly_sales: float | None = None
    turnover_trend_pct: float | None = None


def behaviour(as_of, experiences, latest, sales, anchors, risks, min_experiences, rounded):
    """Return the ``PaymentBehaviour`` of one customer.

    :param experiences: ``rules.scoring.Experience``.
    :param latest: days late of the latest experience of 12 months, or None.
    :param anchors: the scale of the payment index; without one nobody is rated.
    :param rounded: function that rounds an amount to the company's currency.
    """
    index, risk = payment_index(experiences, anchors, risks, min_experiences) if anchors else (None, None)
    average = trend = None
    if sales.first:
        # Somebody who became a customer within the last month counts as one of a month.
        months = min(12, max(1, (as_of - sales.first).days / MONTH_DAYS))
        average = rounded(sales.year / months)
        if sales.before > 0:
            trend = float(half_up(ratio(sales.half - sales.before, sales.before, 100), 1))
    count = sum(experience.count for experience in experiences)
    return PaymentBehaviour(index, risk, count, latest, sales.first, average, trend)
