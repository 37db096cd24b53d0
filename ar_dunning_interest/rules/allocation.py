"""Which debts a payment settles first. Odoo-free."""

from itertools import permutations

from odoo.addons.ar_base.rules.money import ZERO, exact

KINDS = ('fees', 'interest', 'principal')
ORDERS = tuple(','.join(order) for order in permutations(KINDS))


def allocate(payment, opens):
    """Return (applied per debt, what is left of the payment).

    :param opens: open amounts in the order in which they are settled.
    """
    left, applied = exact(payment), []
    for amount in opens:
        share = max(min(left, exact(amount)), ZERO)
        applied.append(share)
        left -= share
    return applied, left


def ranked(items, order, kinds_of, key):
    """Return ``items`` in the order of their most urgent kind, then by ``key``."""
    rank = {kind: number for number, kind in enumerate(order.split(','))}
    return sorted(items, key=lambda item: (min(rank[kind] for kind in kinds_of(item)), key(item)))
