"""When statements go out, and of which period.

Odoo-free. A due day on which the company is closed waits for the next open day; the figures stay those of the
period.
"""

from datetime import timedelta

from dateutil.relativedelta import relativedelta


def next_due(after, frequency, day_of_month=1, weekday=0):
    """Return the first due day after ``after``.

    :param frequency: ``monthly`` (on ``day_of_month``, 1 to 28) or ``weekly`` (on ``weekday``, Monday = 0).
    """
    if frequency == 'weekly':
        return after + timedelta(days=(weekday - after.weekday() - 1) % 7 + 1)
    due = after + relativedelta(day=day_of_month)
    return due if due > after else due + relativedelta(months=1, day=day_of_month)


def period(frequency, due):
    """Return (first, last day) of the statement due on ``due``: the month or the seven days before it."""
    if frequency == 'weekly':
        return due - timedelta(days=7), due - timedelta(days=1)
    first = due + relativedelta(months=-1, day=1)
    return first, first + relativedelta(day=31)
