"""The schedule of a payment plan, and when the plan is in default. Odoo-free.

Rules
-----
1. Instalments are equal and rounded down to the unit; the last one takes what is left, so that they sum to
   the debt.
2. Months are counted from the first date: the 31st stays the 31st where the month has one.
3. A plan is completed when every instalment is paid, however late.
4. It is in default the day after a deadline passed unpaid, if one missed instalment revokes it; else the day
   after the last one.
"""

from calendar import monthrange
from datetime import date, timedelta
from decimal import ROUND_DOWN

from .promise import Row
from odoo.addons.ar_base.rules.money import CENT, ZERO


def schedule(total, count, first, every=1, unit='month', rounding=CENT, down_payment=ZERO, down_on=None):
    """Return the rows that pay ``total`` in ``count`` instalments, after an optional down payment.

    :param every: months, weeks or days (``unit``) from one instalment to the next.
    :param rounding: the unit of an instalment, at least the currency's.
    :param down_on: the day of the down payment; default: the first date.
    :raise ValueError: there is no debt, no instalment, no step, or too small a debt for so many instalments.
    """
    rest = total - down_payment
    if count < 1 or every < 1 or down_payment < 0 or rest <= 0:
        raise ValueError(total, count)
    each = (rest / count / rounding).to_integral_value(ROUND_DOWN) * rounding
    if each <= 0:
        raise ValueError(total, count)
    rows = [Row(down_on or first, down_payment)] if down_payment else []
    rows += [Row(shifted(first, number * every, unit), each) for number in range(count - 1)]
    rows.append(Row(shifted(first, (count - 1) * every, unit), rest - each * (count - 1)))
    return rows


def shifted(start, number, unit):
    """Return the date ``number`` months, weeks or days after ``start``."""
    if unit != 'month':
        return start + timedelta(days=number * {'week': 7, 'day': 1}[unit])
    year, month = divmod(start.year * 12 + start.month - 1 + number, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def plan_state(outcome, last_deadline, today, revocable):
    """Return ``active``, ``completed`` or ``defaulted``.

    :param outcome: what ``promise.settle`` says as of ``today``.
    """
    if outcome.missed_on is not None and revocable:
        return 'defaulted'
    if outcome.met:
        return 'completed'
    return 'defaulted' if today > last_deadline else 'active'


def defaulted_on(outcome, last_deadline, revocable):
    """Return the day on which a plan went into default: the day after the deadline that was missed."""
    return (outcome.missed_on if revocable and outcome.missed_on else last_deadline) + timedelta(days=1)


def late(rows, received, today, grace=0):
    """Return what should have come by today and has not."""
    due = sum((row.amount for row in rows if row.date + timedelta(days=grace) < today), ZERO)
    return max(due - sum(received, ZERO), ZERO)
