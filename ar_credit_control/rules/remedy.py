"""What would free a held order as a whole: each action is tried on the figures by the rules that stopped it.

Odoo-free. Amounts are in company currency.
"""

from decimal import Decimal
from typing import NamedTuple

from . import hold
from odoo.addons.ar_base.rules.money import ZERO, exact, exceeds


class Action(NamedTuple):
    """One thing that releases the order by itself.

    Attributes:
        kind: ``terms``, ``discount``, ``pay``, ``prepay`` or ``reduce``.
        amount: to be paid, or prepaid, or the order's total that fits; days or percent of the first two.
        cost: what it costs somebody, by which actions are compared.
        rest: of ``pay``: what has to be prepaid of the order besides.
    """

    kind: str
    amount: Decimal
    cost: Decimal = ZERO
    rest: Decimal = ZERO


def actions(figures, rules, items):
    """Return every ``Action`` that releases the order by itself, the cheapest first.

    :param rules: the ``rules.hold.Rule`` that stopped it: what passes now passes also with less.
    :param items: (open amount, due day) of the open items, what fell due first before the rest.
    """
    figures = figures.exact()
    if _passes(figures, rules):
        return []
    found = [
        action
        for find in (_terms, _discount, _pay, _prepay, _reduce)
        if (action := find(figures, rules, items))
    ]
    return sorted(found, key=lambda action: action.cost)


def _passes(figures, rules):
    return not hold.evaluate(figures, rules).held


def _over_by(figures, rules):
    return hold.evaluate(figures, rules).over_by or ZERO


def _terms(figures, rules, _items):
    days = figures.allowed_days
    if days is not None and _passes(figures._replace(credit_days=days), rules):
        return Action('terms', Decimal(days))
    return None


def _discount(figures, rules, _items):
    allowed = figures.allowed_discount
    if allowed is not None and _passes(figures._replace(discount=allowed), rules):
        return Action('discount', exact(allowed))
    return None


def _pay(figures, rules, items):
    """The oldest items first: as much as the limit lacks, or as many whole items as it takes."""
    total, sums = ZERO, []
    for amount, _due in items:
        total += exact(amount)
        sums.append(total)
    for amount in sorted({*sums, _over_by(figures, rules)}):
        if ZERO < amount <= total and _passes(after_payment(figures, rules, items, amount), rules):
            return Action('pay', amount, amount)
    for amount in reversed(sums):
        paid = after_payment(figures, rules, items, amount)
        if (rest := _over_by(paid, rules)) and _prepays(paid, rules, rest):
            return Action('pay', amount, amount + rest, rest)
    return None


def after_payment(figures, rules, items, amount):
    """Return the figures as they are once ``amount`` is paid on the oldest items."""
    left, late, needs = amount, [], hold.Needs.of(rules)
    for open_amount, due in items:
        taken = min(left, exact(open_amount))
        left -= taken
        days = (figures.check_date - due).days
        # What is overdue longer than the oldest that counts is disputed.
        if exact(open_amount) > taken and 0 < days <= figures.oldest_overdue_days:
            late.append((days, exact(open_amount) - taken))
    beyond = sum((part for days, part in late if days > needs.oldest_days), ZERO)
    counts = beyond > 0 and not exceeds(needs.oldest_amount, beyond, figures.unit)
    return figures._replace(
        net_exposure=figures.net_exposure - amount,
        group_exposure=figures.group_exposure - amount,
        balance=figures.balance - amount,
        oldest_overdue_days=max((days for days, _part in late), default=0) if counts else 0,
        overdue_beyond=sum((part for days, part in late if days > needs.ratio_days), ZERO),
        days_since_payment=0,
    )


def _prepay(figures, rules, _items):
    """A part of the order; all of it releases any order, and is not looked for here."""
    part = _over_by(figures, rules)
    return Action('prepay', part, part) if _prepays(figures, rules, part) else None


def _prepays(figures, rules, part):
    return ZERO < part < figures.added and _passes(figures._replace(added=figures.added - part), rules)


def _reduce(figures, rules, _items):
    """The largest of the totals at which a rule begins to hold that all rules let pass."""
    on, total = {rule.code: rule for rule in rules}, figures.order_value or figures.added
    fits = {total - _over_by(figures, rules)}
    if 'order_value' in on:
        fits.add(exact(on['order_value'].max_amount))
    if 'no_file' in on:
        fits.add(exact(on['no_file'].max_amount) - figures.net_exposure)
    for fit in sorted(fits, reverse=True):
        if ZERO < fit < total:
            smaller = figures._replace(order_value=fit, added=max(figures.added - (total - fit), ZERO))
            if _passes(smaller, rules):
                return Action('reduce', fit, total - fit)
    return None
