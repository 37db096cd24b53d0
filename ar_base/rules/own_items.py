"""What a customer sees of its open items: a group is a company, currency and account, settled by one payment.

Odoo-free.
"""

from typing import NamedTuple


class Group(NamedTuple):
    """Open items that can be paid together.

    Attributes:
        key: company, currency and account.
        items: the items, in their order.
        balance: what is open, credits taken off.
        overdue: open debits past their due date.
        credits: credits that are not set against anything yet; positive.
        aging: (bucket key, amount of the open debits, share of them in percent).
    """

    key: tuple
    items: tuple
    balance: float
    overdue: float
    credits: float
    aging: tuple


def groups(items, buckets, rounded):
    """Return the groups, in order of appearance.

    :param items: (item, key, bucket, open amount, days overdue).
    :param rounded: ``rounded(key, amount)``.
    """
    found = {}
    for row in items:
        found.setdefault(row[1], []).append(row)
    return [_group(key, rows, buckets, rounded) for key, rows in found.items()]


def _group(key, rows, buckets, rounded):
    debits = [row for row in rows if row[3] > 0]
    total = sum(row[3] for row in debits)
    aging = dict.fromkeys(buckets, 0)
    for _item, _key, bucket, amount, _days in debits:
        aging[bucket] = aging.get(bucket, 0) + amount
    return Group(
        key=key,
        items=tuple(row[0] for row in rows),
        balance=rounded(key, sum(row[3] for row in rows)),
        overdue=rounded(key, sum(row[3] for row in debits if row[4] > 0)),
        credits=rounded(key, -sum(row[3] for row in rows if row[3] < 0)),
        aging=tuple(
            (bucket, rounded(key, amount), round(100 * amount / total, 1))
            for bucket, amount in aging.items()
            if amount
        ),
    )
