"""Loss rates from history. Odoo-free; rates stay unrounded until somebody shows them.

A ratio whose denominator is zero was not observed: None, and left out of averages.
"""

import itertools
from decimal import Decimal

from odoo.addons.ar_base.rules.money import CENT, ZERO, rounded

ONE = Decimal(1)
MIN_ITEMS = 30  # below, one customer decides the rate
MIN_STEPS = 3  # what a migration is averaged over at least


def ratio(part, whole):
    """Return part / whole, or None where there is nothing to compare with."""
    return part / whole if whole else None


def capped(rate, multiplier=ONE):
    """Return the rate after the forward-looking multiplier, at most 1."""
    return min(rate * multiplier, ONE)


def expected(portfolio, rates, rounding=CENT):
    """Return the loss expected on each amount of ``portfolio``, rounded per row."""
    return [rounded(amount * rate, rounding) for amount, rate in zip(portfolio, rates, strict=True)]


def collections(sales, collected):
    """Collections profile: what reaches a band was not collected before it; the loss is never collected.

    :return: (reached, loss, rates), one more band than ``collected``.
    """
    reached = [sales]
    for amount in collected:
        reached.append(reached[-1] - amount)
    loss = reached[-1]
    return reached, loss, [ratio(loss, amount) for amount in reached]


def migrations(snapshots, write_offs=()):
    """Migration per step and bucket: what is in the next bucket one step later, and what was written off.

    :param snapshots: balances per period and bucket.
    :param write_offs: per step and bucket: written off, of items that were in that bucket before.
    """
    result = []
    for step, (before, after) in enumerate(itertools.pairwise(snapshots)):
        gone = write_offs[step] if step < len(write_offs) else [ZERO] * len(before)
        result.append([ratio(after[i + 1] + gone[i], before[i]) for i in range(len(before) - 1)])
    return result


def averages(rows):
    """Return the simple average of each column, without what was not observed."""
    result = []
    for column in zip(*rows, strict=True):
        known = [value for value in column if value is not None]
        result.append(sum(known) / len(known) if known else None)
    return result


def pooled(parts, wholes):
    """Return the ratio of sums of each column: every step weighs by its balance."""
    return [
        ratio(sum(part), sum(whole))
        for part, whole in zip(zip(*parts, strict=True), zip(*wholes, strict=True), strict=True)
    ]


def moved(snapshots, write_offs=()):
    """Return (parts, wholes) behind ``migrations``, for ``pooled``."""
    parts, wholes = [], []
    for step, (before, after) in enumerate(itertools.pairwise(snapshots)):
        gone = write_offs[step] if step < len(write_offs) else [ZERO] * len(before)
        parts.append([after[i + 1] + gone[i] for i in range(len(before) - 1)])
        wholes.append(list(before[:-1]))
    return parts, wholes


def chain(flow_rates, last_loss=ONE):
    """Return each bucket's loss rate: the product of the flows from it on, times the loss of the last.

    A flow that was never observed counts as 1: nothing is known that would lower the loss.
    """
    rates = [last_loss]
    for flow in reversed(flow_rates):
        rates.append(rates[-1] * min(ONE if flow is None else flow, ONE))
    return rates[::-1]


def vintage(cohorts):
    """Loss by age on original sales, from cohorts of (sales, cumulated loss by age).

    :return: (incremental by age, lifetime, remaining by age: before the first age, then after each).
    """
    ages = max((len(losses) for _sales, losses in cohorts), default=0)
    incremental = []
    for age in range(ages):
        seen = [
            (sales, losses[age] - (losses[age - 1] if age else ZERO))
            for sales, losses in cohorts
            if len(losses) > age
        ]
        incremental.append(
            ratio(sum(loss for _sales, loss in seen), sum(sales for sales, _loss in seen)) or ZERO
        )
    lifetime = sum(incremental, ZERO)
    remaining = [lifetime]
    for part in incremental:
        remaining.append(remaining[-1] - part)
    return incremental, lifetime, remaining


def doubts(rates, observed=()):
    """Return what makes ``rates``, the youngest bucket first, look wrong: (code, index or None).

    ``zero``: no bucket loses anything; ``falls``: the bucket loses less than the one before it; ``thin``: the
    bucket rests on fewer items or steps than ``MIN_ITEMS`` or ``MIN_STEPS``.

    :param observed: (items, steps) per bucket; None = not known.
    """
    found = []
    if rates and not any(rates):
        found.append(('zero', None))
    found += [('falls', i) for i in range(1, len(rates)) if rates[i] < rates[i - 1]]
    found += [
        ('thin', i)
        for i, counts in enumerate(observed)
        if counts and (counts[0] < MIN_ITEMS or counts[1] < MIN_STEPS)
    ]
    return found


def weighted(scenarios):
    """Return the multiplier of probability-weighted scenarios (weight, multiplier).

    :raise ValueError: the weights do not sum to one.
    """
    if sum(weight for weight, _multiplier in scenarios) != 1:
        msg = 'weights'
        raise ValueError(msg)
    return sum(weight * multiplier for weight, multiplier in scenarios)
