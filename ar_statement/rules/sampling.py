"""Which customers an auditor asks: at random, or by value (monetary unit sampling).

Odoo-free. The same population, size and seed select the same customers, on every machine and in every
language: all chance comes from SHA-256 of the seed, so that anyone who doubts a selection can repeat it with
pencil and paper.
"""

import hashlib
from fractions import Fraction
from typing import NamedTuple


class Selection(NamedTuple):
    """What was selected.

    Attributes:
        keys: the selected keys, in the order of the population.
        interval: monetary interval between two hits, in the units of the values; 0 for a random selection.
        start: the first hit.
    """

    keys: tuple
    interval: Fraction = Fraction(0)
    start: Fraction = Fraction(0)


def chance(seed, key=''):
    """Return a number in [0, 1) that only ``seed`` and ``key`` decide."""
    digest = hashlib.sha256(f'{seed}:{key}'.encode()).digest()
    return Fraction(int.from_bytes(digest, 'big'), 1 << 256)


def at_random(population, size, seed):
    """Select ``size`` keys, each with the same chance whatever its value.

    :param population: (key, value) in a fixed order.
    """
    ranked = sorted(population, key=lambda row: (chance(seed, row[0]), str(row[0])))
    taken = {key for key, _value in ranked[: max(size, 0)]}
    return Selection(tuple(key for key, _value in population if key in taken))


def by_value(population, size, seed):
    """Select by monetary units: the chance of a key is in proportion to its value.

    Values are whole numbers of the smallest unit. The positive ones are laid end to end; every
    ``interval``-th unit, from a start that the seed decides, selects the customer that owes it. A customer
    who owes an interval or more is certain to be selected, and counts once though hit twice; hence at most
    ``size`` keys. Customers who owe nothing are not selected.
    """
    owing = [(key, value) for key, value in population if value > 0]
    total = sum(value for _key, value in owing)
    if size <= 0 or not total:
        return Selection(())
    interval = Fraction(total, size)
    start = interval * chance(seed)
    keys, passed, hit = [], 0, start
    for key, value in owing:
        passed += value
        if hit < passed:
            keys.append(key)
            # The units that this customer owes beyond the first hit are passed over.
            hit += interval * -((hit - passed) // interval)
    return Selection(tuple(keys), interval, start)


def with_key_items(population, size, seed, threshold, select):
    """Select every key of ``threshold`` or more, and fill up to ``size`` from the rest by ``select``."""
    certain = {key for key, value in population if threshold and value >= threshold}
    rest = [(key, value) for key, value in population if key not in certain]
    drawn = select(rest, size - len(certain), seed)
    chosen = certain | set(drawn.keys)
    return drawn._replace(keys=tuple(key for key, _value in population if key in chosen))
