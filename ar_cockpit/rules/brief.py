"""What is worth saying of a customer, and what to do next: choices made of figures. Odoo-free."""

from typing import NamedTuple

ENOUGH = 3  # items paid before a habit is one


class Figures(NamedTuple):
    """What is known of a customer on a day; amounts in company currency.

    Attributes:
        open, overdue: what is open, credits taken off; what of its debits fell due.
        oldest: days that the oldest of them is overdue.
        open_before, overdue_before: the same at the end of last month.
        promised, broken: open amount under a promise or plan; items of which one was broken.
        disputes: open disputes.
        late_disputes: of them those whose answer is late.
        holds, warnings: active holds; open warnings.
        limit, available: None = no limit.
        paid, late, usual: items paid in the last year, how many late, median days after the due date.
    """

    open: float = 0.0
    overdue: float = 0.0
    oldest: int = 0
    open_before: float = 0.0
    overdue_before: float = 0.0
    promised: float = 0.0
    broken: int = 0
    disputes: int = 0
    late_disputes: int = 0
    holds: int = 0
    warnings: int = 0
    limit: float | None = None
    available: float | None = None
    paid: int = 0
    late: int = 0
    usual: int = 0


def habit(figures):
    """Return how the customer pays: ``unknown``, ``early``, ``on_time`` or ``late``."""
    if figures.paid < ENOUGH:
        return 'unknown'
    if figures.usual > 0:
        return 'late'
    return 'early' if figures.usual < 0 else 'on_time'


def next_step(figures):
    """Return what to do next; the first that applies.

    ``broken``: ask about the broken promise; ``dispute``: answer the customer; ``collect``: nobody has said
    when the overdue amount comes; ``wait``: all that is overdue is promised; ``limit``: over the limit;
    ``warning``: look into a warning; ``none``.
    """
    steps = (
        ('broken', figures.broken),
        ('dispute', figures.late_disputes),
        ('collect', figures.overdue - figures.promised > 0),
        ('wait', figures.overdue > 0),
        ('limit', figures.available is not None and figures.available < 0),
        ('warning', figures.warnings),
    )
    return next((code for code, applies in steps if applies), 'none')
