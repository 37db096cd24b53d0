"""Loss rates that are commonly used, to begin with. Odoo-free.

They are examples from standards and published accounts, no advice: a company's own history replaces them
(a loss study), and an auditor asks why they fit.
"""

from decimal import Decimal
from typing import NamedTuple

YEAR = 365


class Rates(NamedTuple):
    """A row of rates.

    Attributes:
        code: what identifies it.
        source: where it comes from.
        steps: (age in days from which it applies, rate), the youngest first.
    """

    code: str
    source: str
    steps: tuple

    def rate(self, age):
        """Return the rate of a bucket that begins at ``age`` days; None = not due."""
        applied = [rate for first, rate in self.steps if age is not None and first <= age]
        return Decimal(applied[-1] if applied else self.steps[0][1])


def _years(*rates):
    """Return the steps of rates in percent by year of age."""
    return tuple((year * YEAR + bool(year), str(Decimal(rate) / 100)) for year, rate in enumerate(rates))


LIBRARY = (
    Rates('cn_common', "5 / 10 / 20 / 50 / 80 / 100 %", _years(5, 10, 20, 50, 80, 100)),
    Rates('cn_mild', "3 / 10 / 20 / 50 / 100 %", _years(3, 10, 20, 50, 100)),
    Rates('cn_thirty', "5 / 10 / 30 / 50 / 80 / 100 %", _years(5, 10, 30, 50, 80, 100)),
    Rates(
        'ifrs_ie12',
        "IFRS 9 IE12: 0.3 / 1.6 / 3.6 / 6.6 / 10.6 %",
        ((0, '0.003'), (1, '0.016'), (31, '0.036'), (61, '0.066'), (91, '0.106')),
    ),
    Rates(
        'asc_326',
        "ASC 326-20-55-37: 0.3 / 8 / 26 / 58 / 82 %",
        ((0, '0.003'), (1, '0.08'), (31, '0.26'), (61, '0.58'), (91, '0.82')),
    ),
    Rates('flat_one', "1 %", ((0, '0.01'),)),
)


def find(code):
    """Return the rates of that code, or None."""
    return next((rates for rates in LIBRARY if rates.code == code), None)


def proposed(rates, buckets, unit):
    """Return {key: rate} of the buckets (key, lower bound or None); bounds are in days or years."""
    scale = YEAR if unit == 'year' else 1
    return {
        key: rates.rate(None if lower is None else lower * scale + (unit == 'year' and lower > 0))
        for key, lower in buckets
    }
