"""The loss rates under other assumptions: how much of the allowance hangs on them. Odoo-free."""

from decimal import Decimal

from .rating import matrix_rate

MORE, LESS, POINT = Decimal('1.1'), Decimal('0.9'), Decimal('0.01')


def applied(terms, bucket, grade, segment):
    """Return the rate of a cell with its factors, at most 100 %; none where the segment has no allowance."""
    if segment in terms.excluded:
        return Decimal(0)
    rate, general = matrix_rate(terms.rates, bucket, grade, segment)
    return min(rate * terms.forward * (terms.grades.get(grade, 1) if general else 1), Decimal(1))


def cases(cells, buckets, terms):
    """Yield (code, [(bucket, grade, segment, rate)]) of each assumption.

    :param cells: (bucket, grade, segment) that occur.
    :param buckets: the buckets from the youngest to the oldest: what is one older stays in the last.
    """
    older = dict(zip(buckets, [*buckets[1:], buckets[-1]], strict=True)) if buckets else {}
    for code, changed in (
        ('more', lambda cell: applied(terms, *cell) * MORE),
        ('less', lambda cell: applied(terms, *cell) * LESS),
        ('point', lambda cell: applied(terms, *cell) + POINT),
        ('older', lambda cell: applied(terms, older.get(cell[0], cell[0]), *cell[1:])),
    ):
        yield code, [(*cell, changed(cell)) for cell in cells]
