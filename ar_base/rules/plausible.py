"""What cannot be meant: amounts that are no numbers, days of no calendar of business. Odoo-free."""

from datetime import date, datetime
from math import isfinite

FIRST_YEAR, LAST_YEAR = 1900, 2199
HIGHEST = 10**15  # of an amount


def is_number(value, highest=None):
    """Return whether the value, as a client sends it, is a finite number and below ``highest``."""
    try:
        number = float(value or 0)
    except (TypeError, ValueError, OverflowError):
        return False
    return isfinite(number) and (highest is None or abs(number) < highest)


def is_day(value):
    """Return whether the day or moment, as text too, lies between 1900 and 2199; none is fine."""
    if isinstance(value, date | datetime):
        return FIRST_YEAR <= value.year <= LAST_YEAR
    text = str(value or FIRST_YEAR)
    return text[:4].isdigit() and FIRST_YEAR <= int(text[:4]) <= LAST_YEAR
