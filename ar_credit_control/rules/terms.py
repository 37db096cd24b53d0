"""How long terms of payment let a customer wait."""

# A month at its longest; this one and the next, as July and August.
MONTH, TWO_MONTHS = 31, 62


def longest(delay_type, days, day_of_month='0'):
    """Return the days from an invoice to the due date of an instalment, at the longest.

    Terms that run to an end of a month give most to an invoice of its first day.

    :param delay_type: of ``account.payment.term.line``.
    :param days: ``nb_days`` of the line.
    :param day_of_month: ``days_next_month`` of the line, used with ``days_end_of_month_on_the``; 0 or no
        number = the end of the month, or as Odoo reads it the first of the next.
    """
    if delay_type == 'days_after_end_of_month':
        return days + MONTH - 1
    if delay_type == 'days_after_end_of_next_month':
        return days + TWO_MONTHS - 1
    if delay_type == 'days_end_of_month_on_the':
        day = int(day_of_month) if (day_of_month or '').isdigit() else 1
        return days + MONTH - 1 + day
    return days
