"""A customer's statement: what is open, or what moved, in one section per currency.

Odoo-free. Amounts of a section are in its currency, positive = the customer owes. Guarantees:

- open items: ``closing`` is the sum of the lines, and of the aging columns;
- activity: ``opening`` + lines = ``closing``, where ``closing`` is what is open at the end and ``opening``
  what was open the day before the first. Neither is derived from the other: what does not foot is in
  ``difference``.
"""

from typing import NamedTuple


class Section(NamedTuple):
    """One currency of a statement.

    Attributes:
        currency: key of the currency.
        opening: open the day before the period (0 for open items).
        lines: dicts; for activity with the running ``balance``.
        closing: open at the end.
        overdue: open debits past their due date.
        disputed: open amount under dispute.
        aging: (bucket key, amount) in the order of ``buckets``.
        difference: closing - opening - lines, rounded; 0 unless the books contradict themselves.
    """

    currency: object
    opening: float
    lines: tuple
    closing: float
    overdue: float
    disputed: float
    aging: tuple
    difference: float


def open_items(items, buckets, rounded):
    """Return the sections of an open-item statement, currencies in order of appearance.

    :param items: dicts with ``currency``, ``bucket``, ``open``, ``days`` overdue, ``disputed``; in their
        order.
    :param buckets: bucket keys in order; a bucket that no item names shows 0. None = credits kept apart.
    :param rounded: ``rounded(currency, amount)``.
    """
    return [
        _section(currency, own, own, 0, buckets, rounded) for currency, own in _by_currency(items).items()
    ]


def activity(items, openings, movements, buckets, rounded):
    """Return the sections of an activity statement.

    :param openings: {currency: open the day before the period}.
    :param movements: dicts with ``currency``, ``amount``; in their order.
    """
    closing, moved = _by_currency(items), _by_currency(movements)
    currencies = dict.fromkeys(
        [*(c for c, amount in openings.items() if rounded(c, amount)), *moved, *closing]
    )
    return [
        _section(
            currency,
            closing.get(currency, ()),
            _running(
                openings.get(currency, 0),
                moved.get(currency, ()),
                lambda amount, c=currency: rounded(c, amount),
            ),
            openings.get(currency, 0),
            buckets,
            rounded,
            'amount',
        )
        for currency in currencies
    ]


def _by_currency(rows):
    groups = {}
    for row in rows:
        groups.setdefault(row['currency'], []).append(row)
    return groups


def _running(balance, rows, rounded):
    lines = []
    for row in rows:
        balance = rounded(balance + row['amount'])
        lines.append({**row, 'balance': balance})
    return lines


def _section(currency, items, lines, opening, buckets, rounded, amount='open'):
    aging = dict.fromkeys(buckets, 0)
    for item in items:
        aging[item['bucket']] = aging.get(item['bucket'], 0) + item['open']
    closing = rounded(currency, sum(item['open'] for item in items))
    return Section(
        currency=currency,
        opening=rounded(currency, opening),
        lines=tuple(lines),
        closing=closing,
        overdue=rounded(currency, sum(i['open'] for i in items if i['open'] > 0 and i['days'] > 0)),
        disputed=rounded(currency, sum(i['disputed'] for i in items)),
        aging=tuple((bucket, rounded(currency, value)) for bucket, value in aging.items()),
        difference=rounded(currency, closing - opening - sum(line[amount] for line in lines)),
    )
