"""The parts of a customer's exposure, and how they become one figure. Odoo-free.

All amounts of one call are in one currency, tax included, and of one kind of number.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import NamedTuple

from odoo.addons.ar_base.rules.money import ZERO, exact, exceeds, rounded

# The row by which the drill-down takes off what security covers.
SECURED = 'secured'


class Component(NamedTuple):
    """One part of the exposure: a row of the table ``ar.credit.account._credit_components``.

    An addon appends its own, with its documents: total, drill-down and the snapshot of a decision follow.

    Attributes:
        code: also the account's field of its figure, where there is one.
        model: of its documents.
        documents: function of an ``engine.exposure.Scope`` that returns one SELECT of documents, with the
            columns named at the top of ``engine/exposure.py``. Components of one SELECT name one function.
        label: what it is called on screen; empty: the label of the field ``code``.
        reads: {model: fields} that ``documents`` reads and the caller flushes.
    """

    code: str
    model: str
    documents: Callable
    label: object = ''
    reads: dict = {}


class Document(NamedTuple):
    """One document behind a component; ``amount`` in its own currency, a credit negative.

    ``balance``: what is open of a receivable, in company currency.
    """

    component: str
    record: object
    due: object
    currency_id: int
    amount: Decimal
    balance: Decimal = ZERO


class Exposure(NamedTuple):
    """A customer's exposure at the check date, in company currency; a credit is negative.

    Attributes:
        components: amount by component code, each converted at the rate of the check date and rounded once.
        gross, secured, net: sum of the components; what security covers; what is left.
        oldest_overdue_days, balance, overdue_beyond: see ``rules.hold.Figures``.
        facts: what was asked for besides: ``last_payment``, ``dunning_level``.
    """

    components: dict
    gross: Decimal
    secured: Decimal
    net: Decimal
    oldest_overdue_days: int = 0
    balance: Decimal = ZERO
    overdue_beyond: Decimal = ZERO
    facts: dict = {}


class Sums:
    """What is found of one account while it is read."""

    def __init__(self):
        self.amounts = {}  # {component: {currency id: amount}}
        self.balance = self.beyond_oldest = self.beyond_ratio = ZERO
        self.oldest = 0
        self.facts = {}
        self.may_be_secured = True

    def add(self, component, currency_id, amount):
        if amount:
            sums = self.amounts.setdefault(component, {})
            sums[currency_id] = sums.get(currency_id, ZERO) + exact(amount)


def total(sums, codes, convert, unit, secure=None, oldest_amount=ZERO):
    """Return the ``Exposure`` of what was found of one account: converted, rounded per component, summed up.

    :param sums: ``Sums``; None = nothing was found.
    :param codes: of the components.
    :param convert: function of (amount, currency id): the amount in company currency, exact.
    :param unit: the smallest amount of the company's currency.
    :param secure: function of the gross that returns what security covers; None = nothing does.
    :param oldest_amount: what overdue items must reach together for the oldest of them to count.
    """
    components = dict.fromkeys(codes, ZERO)
    if not sums:
        return Exposure(components, ZERO, ZERO, ZERO)
    for code, amounts in sums.amounts.items():
        components[code] = rounded(
            sum((convert(amount, currency_id) for currency_id, amount in amounts.items()), ZERO), unit
        )
    gross = sum(components.values(), ZERO)
    covered = min(secure(gross), max(gross, ZERO)) if secure else ZERO
    counts = sums.beyond_oldest > 0 and not exceeds(oldest_amount, sums.beyond_oldest, unit)
    return Exposure(
        components,
        gross,
        covered,
        rounded(net(gross, covered), unit) if covered else gross,
        sums.oldest if counts else 0,
        sums.balance,
        sums.beyond_ratio,
        sums.facts,
    )


def secured(kind, amount, cover, gross):
    """Return what one security covers: insurance covers its share of the exposure up to the insured limit."""
    return (min(amount, max(gross, 0)) if kind == 'insurance' else amount) * cover


def net(gross, total_secured):
    """Return the exposure after security; a customer in credit keeps the negative value."""
    return gross if gross < 0 else max(gross - total_secured, 0)


def untouched(lines):
    """Return what an order weighs of which nothing was delivered or billed, in its currency.

    The short form of ``engine.orders``, where nothing has to be read: what was ordered, less what is taken
    off, and not below 0.

    :param lines: (amount, whether it is a down payment ordered with 0) of each.
    """
    ordered = taken_off = ZERO
    for amount, is_down_payment in lines:
        if amount < 0 or is_down_payment:
            taken_off += min(amount, ZERO)
        else:
            ordered += amount
    return max(ordered + taken_off, ZERO)
