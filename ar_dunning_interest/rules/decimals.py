"""Exact money, rounded half up, away from zero. Odoo-free."""

from decimal import Decimal
from fractions import Fraction
from math import floor

CENT = Decimal('0.01')


def exact(value):
    """Return ``value`` (number or text) as the decimal that it shows: a float's storage adds noise."""
    return value if isinstance(value, Decimal) else Decimal(str(value))


def rounded(value, unit=CENT):
    """Return ``value`` (any exact number) as the decimal that is the nearest multiple of ``unit``."""
    share = abs(Fraction(value)) / Fraction(unit)
    multiple = floor(share + Fraction(1, 2)) * unit
    return -multiple if value < 0 else multiple
