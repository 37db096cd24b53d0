"""Aging buckets: which days or years belong to which bucket, and which schemes are refused.

Odoo-free. A scheme is a list of buckets in order. The first bucket is open below and the last is open
above, whatever bound they name there, so that every item finds exactly one bucket.

- ``day``: bounds are whole days and inclusive. Day 0 is the base date itself (not overdue).
- ``year``: ``lower < age <= upper`` counted by anniversary, so that an item of 2023-12-31 is "within one
  year" on 2024-12-31 (366 days later), and 29 February has its first anniversary on 28 February.
"""

from calendar import monthrange
from datetime import date
from itertools import pairwise
from typing import NamedTuple


class Bucket(NamedTuple):
    """One bucket with effective bounds.

    Attributes:
        key: what identifies the bucket to the caller (an id, a name).
        lower: first day, or the years the age must exceed; None = open below.
        upper: last day, or the years the age may reach; None = open above.
    """

    key: object
    lower: int | None
    upper: int | None


class Problem(NamedTuple):
    """Why a scheme is refused: ``kind`` is ``empty``, ``reversed``, ``gap``, ``overlap`` or ``below``."""

    kind: str
    key: object
    expected: int | None = None
    found: int | None = None


def effective(rows):
    """Return the buckets of ``rows`` (key, lower, upper in order) with both ends opened."""
    last = len(rows) - 1
    return [
        Bucket(key, None if i == 0 else lower, None if i == last else upper)
        for i, (key, lower, upper) in enumerate(rows)
    ]


def problems(rows, unit):
    """Return what is wrong with ``rows`` (key, lower, upper in order); an empty list means valid.

    Neighbouring day buckets meet at consecutive days, neighbouring year buckets at the same year.
    """
    if not rows:
        return [Problem('empty', None)]
    step = 1 if unit == 'day' else 0
    found = []
    for (_key, _lower, upper), (key, lower, _upper) in pairwise(rows):
        if lower != upper + step:
            kind = 'gap' if lower > upper + step else 'overlap'
            found.append(Problem(kind, key, upper + step, lower))
    for key, lower, upper in rows[1:-1]:
        if (upper < lower) if unit == 'day' else (upper <= lower):
            found.append(Problem('reversed', key, lower, upper))
    last_key, _last_lower, last_upper = rows[-1]
    if len(rows) > 1 and last_upper not in (0, None, False):
        found.append(Problem('gap', last_key, None, last_upper))
    first_key, first_lower, first_upper = rows[0]
    if len(rows) > 1 and (first_lower or 0) > max(first_upper, 0):
        found.append(Problem('reversed', first_key, first_lower, first_upper))
    elif first_lower and first_lower > 0:
        found.append(Problem('below', first_key, 0, first_lower))
    return found


def add_years(day, years):
    """Return the anniversary of ``day`` after ``years``; 29 February falls on 28 February."""
    year = day.year + years
    return date(year, day.month, min(day.day, monthrange(year, day.month)[1]))


def contains(bucket, unit, base, as_of):
    """Tell whether an item of base date ``base`` lies in ``bucket`` on ``as_of``."""
    if unit == 'day':
        days = (as_of - base).days
        return (bucket.lower is None or days >= bucket.lower) and (
            bucket.upper is None or days <= bucket.upper
        )
    return (bucket.lower is None or as_of > add_years(base, bucket.lower)) and (
        bucket.upper is None or as_of <= add_years(base, bucket.upper)
    )


def bucket_of(buckets, unit, base, as_of):
    """Return the only bucket of ``buckets`` (effective, valid) that holds the item."""
    return next(bucket for bucket in buckets if contains(bucket, unit, base, as_of))
