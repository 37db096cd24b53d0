"""Whom to call first: amount x risk x staleness, in one number.

The score is the overdue amount, raised by how risky the customer is and by the days since the last contact::

    score = overdue x (1 + risk weight x risk) x (1 + stale weight x staleness)

- risk, 0 to 1.75: of the grade's dunning profile (0 to 0.75), of the oldest item (0 to 0.5, full at 90 days),
  and of broken promises (0 to 0.5, full at four of them);
- staleness, 0 to 1: days since the last contact or letter over the days after which a contact counts as
  stale, up to three times that. A customer who was never contacted is as stale as its oldest item.

The worklist computes the same in SQL; a test holds that both agree.
"""

from decimal import Decimal
from typing import NamedTuple

from odoo.addons.ar_base.rules.money import exact, rounded

PROFILE_RISK = {
    'lenient': Decimal('0'),
    'standard': Decimal('0.25'),
    'strict': Decimal('0.5'),
    'legal': Decimal('0.75'),
}
NO_GRADE_RISK = PROFILE_RISK['standard']
OLD_DAYS, OLD_RISK = 90, Decimal('0.5')
BROKEN_PROMISES, BROKEN_RISK = 4, Decimal('0.5')
STALE_TIMES = 3


class Weights(NamedTuple):
    """What a company chooses: how much risk and staleness raise the amount, and when a contact is stale."""

    risk: float = 1.0
    stale: float = 1.0
    stale_days: int = 14


def risk(profile, oldest_days, broken_promises):
    """Return the risk, from 0 to 1.75."""
    age = Decimal(max(0, min(oldest_days, OLD_DAYS))) / OLD_DAYS
    broken = Decimal(min(broken_promises, BROKEN_PROMISES)) / BROKEN_PROMISES
    return PROFILE_RISK.get(profile, NO_GRADE_RISK) + age * OLD_RISK + broken * BROKEN_RISK


def staleness(silent_days, oldest_days, stale_days):
    """Return the staleness, from 0 to 1; ``silent_days`` None = never contacted."""
    days = oldest_days if silent_days is None else silent_days
    span = max(1, stale_days) * STALE_TIMES
    return Decimal(max(0, min(days, span))) / span


def score(overdue, profile, oldest_days, broken_promises, silent_days, weights=Weights()):  # noqa: B008 -- immutable
    """Return the priority of a customer, a whole number; the larger, the sooner.

    :param overdue: the overdue amount in company currency.
    """
    raised = (1 + exact(weights.risk) * risk(profile, oldest_days, broken_promises)) * (
        1 + exact(weights.stale) * staleness(silent_days, oldest_days, weights.stale_days)
    )
    return int(rounded(exact(overdue) * raised, 1))
