"""What is small or young enough to be no difference."""

from datetime import date
from typing import NamedTuple

from odoo.tools import SQL


class Limits(NamedTuple):
    """What is small or young enough to be no difference, for companies that agree on it.

    Attributes: as_of: today. company_ids: the companies. amount: tolerance in company currency; only what
    exceeds it is a difference. days_to_invoice, days_to_deliver, days_to_allocate: a delivery, an invoice, a
    receipt may wait so long. since_date: older documents are left alone; None = all.
    """

    as_of: date
    company_ids: tuple
    amount: float = 0.0
    days_to_invoice: int = 0
    days_to_deliver: int = 0
    days_to_allocate: int = 0
    since_date: date | None = None

    def since(self, column: SQL) -> SQL:
        """Return the condition on a date ``column``."""
        return SQL('%s >= %s', column, self.since_date) if self.since_date else SQL('TRUE')
