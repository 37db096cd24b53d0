"""What the first page is made of: whose figures it shows, and the figures on it. Odoo-free.

A figure names what it counts and by which definition, and opens it: the list behind a figure is found by the
same domain as the figure.
"""

from datetime import date
from typing import NamedTuple


class Scope(NamedTuple):
    """Whose figures the page shows. Amounts are in one currency, whatever the companies'."""

    today: date
    currency_id: int
    salesperson_id: int | None = None
    grade_id: int | None = None
    country_id: int | None = None

    @property
    def is_filtered(self):
        return bool(self.salesperson_id or self.grade_id or self.country_id)

    def domain(self, salesperson, grade, country):
        """Return the domain of what belongs to the scope: the names of the three fields on its model."""
        wanted = (
            (salesperson, self.salesperson_id),
            (grade, self.grade_id),
            (country, self.country_id),
        )
        return [(name, '=', record_id) for name, record_id in wanted if record_id]


class Line(NamedTuple):
    """A part of a figure, or what else is to be known of it.

    Attributes:
        unit: ``money``, ``count``, ``percent``, ``days``, ``date`` or ``text``.
        action: what opens it; None = nothing does.
        alarm: whether somebody has to act, if it is not zero.
    """

    label: str
    value: object
    unit: str = 'count'
    action: dict | None = None
    alarm: bool = False


class Tile(NamedTuple):
    """A figure of the first page.

    Attributes:
        code: unique on the page.
        section: ``receivables``, ``orders``, ``collection`` or ``books``.
        value, unit: as of a ``Line``; a value of None says that there is nothing to compute it from.
        definition: one sentence: what is counted, and how.
        action: what opens what it counts.
        change: against the end of last month, in the same unit (percent: points); None = not known.
        better: ``up`` or ``down``: which change is good; None = neither.
        alarm: whether somebody has to act, if the value is not zero.
    """

    code: str
    section: str
    label: str
    value: object
    unit: str
    definition: str
    action: dict | None = None
    lines: tuple = ()
    change: object = None
    better: str | None = None
    alarm: bool = False
