"""Whether a company works on a day. Odoo-free."""


def is_open(day, weekends, entries):
    """Tell whether the company works on ``day``.

    :param weekends: whether Saturdays and Sundays are working days.
    :param entries: iterable of (first day, last day, worked). A day entered as worked is one, also within a
        holiday.
    """
    kinds = {worked for first, last, worked in entries if first <= day <= last}
    return True in kinds or (not kinds and (weekends or day.weekday() < 5))
