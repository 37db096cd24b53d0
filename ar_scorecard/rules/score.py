"""The figures of a score card: how they are called, which way is better, and how a target is attained.

Odoo-free. The formulas are those of ``ar_cockpit.rules.kpi``; sums are summed, ratios never averaged.
"""

from collections import defaultdict
from decimal import Decimal
from typing import NamedTuple

from odoo.addons.ar_base.rules.money import exact, rounded
from odoo.addons.ar_cockpit.rules import kpi
from odoo.addons.ar_reconciliation.rules.period import COLUMNS

SHOWN = Decimal('0.01')
# What moved the receivables in the month; corrections are made to these.
FLOWS = ('invoiced', 'credited', 'collected', 'written_off', 'exchange', 'other')
# Of people, not of the invoices that they sold.
PERSONAL = ('calls', 'promises', 'promises_kept')
COUNTS = ('disputes', 'differences', *PERSONAL)
# Amounts that only weigh the average days late.
WEIGHTS = ('paid', 'paid_days')
SUMS = (*COLUMNS, 'overdue', *COUNTS, *WEIGHTS)


class Figure(NamedTuple):
    """A figure that can have a target.

    Attributes: higher: whether more of it is better.
    """

    name: str
    label: str
    higher: bool


FIGURES = (
    Figure('collection_rate', "Collection Rate (%)", True),
    Figure('collected', "Collected", True),
    Figure('overdue', "Overdue", False),
    Figure('overdue_ratio', "Overdue (%)", False),
    Figure('days_late', "Average Days Late", False),
    Figure('dso', "DSO", False),
    Figure('disputes', "Disputes Caused", False),
    Figure('differences', "Differences Open", False),
    Figure('calls', "Calls", True),
    Figure('promise_rate', "Promises Kept (%)", True),
)
HIGHER = {figure.name: figure.higher for figure in FIGURES}


class Reading(NamedTuple):
    """One row of what was counted: whose it is (ids or None), and {figure: amount}."""

    partner_id: int | None
    salesperson_id: int | None
    team_id: int | None
    amounts: dict


def summed(readings, subject):
    """Return {subject: {figure: sum}}.

    :param subject: called with a reading for whom it counts; None = for nobody.
    """
    sums = defaultdict(lambda: dict.fromkeys(SUMS, Decimal(0)))
    for reading in readings:
        key = subject(reading)
        if key is not None:
            for name, amount in reading.amounts.items():
                sums[key][name] += exact(amount)
    return {key: row for key, row in sums.items() if any(row[name] for name in SUMS if name not in PERSONAL)}


def ratios(sums, days):
    """Return {name: decimal or None} of the figures that follow from the sums of a month of so many days."""
    found = kpi.performance(
        kpi.Salesperson(
            opening=sums['opening'],
            invoiced=sums['invoiced'],
            credit_notes=sums['credited'],
            collected=sums['collected'],
            written_off=sums['written_off'],
            overdue_closing=sums['overdue'],
            other=sums['exchange'] + sums['other'],
        ),
        days,
    )
    values = {
        'collection_rate': found.collection_rate,
        'overdue_ratio': found.overdue_ratio,
        'dso': found.dso,
        'days_late': kpi.ratio(sums['paid_days'], sums['paid']),
        'promise_rate': kpi.percent(sums['promises_kept'], sums['promises']),
    }
    return {name: None if value is None else rounded(value, SHOWN) for name, value in values.items()}


def attained(name, actual, target):
    """Return how far a target was attained, in percent; None where the figure has no answer.

    Of what should be low, a figure of half the target attains 200 %; at zero or below it is attained in full.
    """
    if actual is None:
        return None
    actual, target = exact(actual), exact(target)
    if HIGHER[name]:
        value = kpi.percent(actual, target)
    elif actual <= target or not actual:
        value = kpi.percent(target, actual) if actual > 0 and target > 0 else exact(100)
    else:
        value = kpi.percent(max(target, exact(0)), actual)
    return None if value is None else rounded(value, SHOWN)


def corrections(frozen, reported, now):
    """Return {(subject, flow): amount} of what changed in a frozen month and was not reported yet.

    :param frozen, now: {subject: {flow: amount}}. :param reported: {(subject, flow): amount}.
    """
    found = {}
    for subject in frozen:
        for flow in FLOWS:
            known = exact(frozen[subject].get(flow, 0)) + exact(reported.get((subject, flow), 0))
            if change := exact(now.get(subject, {}).get(flow, 0)) - known:
                found[subject, flow] = change
    return found
