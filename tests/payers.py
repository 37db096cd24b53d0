"""A made-up world of customers who pay as customers do, and of some who become insolvent: seeded, pure data.

Nobody pays evenly. Sound customers pay some days early or late, in runs, later around holidays; some items
are disputed, some are paid in two parts; now and then one buys two or three times as much, leaves, or pays a
week later from some day on. Of a customer who becomes insolvent the months before are worse: items are paid
later and later, some in parts, orders fall or rise, and in the last weeks nothing is paid. One in ten fails
out of the blue.
"""

from datetime import date, timedelta
from random import Random
from typing import NamedTuple

TERMS = 30


class Item(NamedTuple):
    """An invoice; ``receipts`` are (day, amount), and leave open what was never paid."""

    customer: int
    day: date
    due: date
    amount: float
    receipts: tuple


class World(NamedTuple):
    items: list
    failed: dict  # customer: day of its insolvency


def world(seed, customers, insolvent, first, since, until):
    """Return a ``World``: so many customers from ``first``, of whom some fail from ``since`` to ``until``."""
    random = Random(seed)
    items, failed = [], {}
    for customer in range(customers):
        end = None
        if customer < insolvent:
            end = failed[customer] = since + timedelta(days=random.randrange((until - since).days))
        items += _Payer(random, customer, first, until, end).items()
    return World(items, failed)


class _Payer:
    def __init__(self, random, customer, first, until, end):
        self.random, self.customer, self.first, self.end = random, customer, first, end
        self.until = min(until, end or until)
        self.late = random.choice((-6, -2, 0, 2, 5, 10, 20))
        self.spread = random.uniform(2, 8)
        self.run = random.choice((None, None, 7, 14))  # pays on every such day only
        self.gap = random.uniform(7, 25)  # days between invoices
        self.size = random.lognormvariate(7, 1)
        self.decline = 30 if random.random() < 0.05 else random.randrange(110, 220)
        self.worst = random.uniform(45, 80)
        self.orders = random.choice((0.5, 1.0, 2.2))
        self.stopped = end - timedelta(days=random.randrange(10, 40)) if end else date.max
        years = (until - first).days / 365
        self.slower_from = self._once(0.03 * years)
        self.leaves = date.max if end else self._once(0.02 * years)
        self.buys_more = self._once(0.03 * years)

    def _once(self, chance):
        """Return a day on which what happens with this chance happens, or a day that never comes."""
        if self.random.random() < chance:
            return self.first + timedelta(days=self.random.randrange((self.until - self.first).days))
        return date.max

    def items(self):
        day = self.first + timedelta(days=self.random.randrange(20))
        while day < min(self.until, self.leaves):
            yield self._item(day)
            day += timedelta(days=max(1, round(self.random.gauss(self.gap, self.gap / 4))))

    def _trouble(self, day):
        """Return how far the customer is on its way from sound (0) to insolvent (1)."""
        if not self.end:
            return 0.0
        return max(0.0, 1 - (self.end - day).days / self.decline)

    def _item(self, day):
        trouble, random = self._trouble(day), self.random
        amount = self.size * random.lognormvariate(0, 0.35)
        if trouble > 0.6:
            amount *= self.orders
        if 0 <= (day - self.buys_more).days < 30:
            amount *= random.uniform(2, 3)
        amount = round(amount, 2)
        due = day + timedelta(days=TERMS)
        return Item(self.customer, day, due, amount, tuple(self._receipts(due, amount)))

    def _receipts(self, due, amount):
        """Return the receipts of an item: one or two; what falls into the last weeks never comes."""
        random = self.random
        paid = self._paid_on(due)
        parts = [(paid, amount)]
        if random.random() < 0.01 + 0.4 * self._trouble(paid):
            half = round(amount / 2, 2)
            parts = [(paid, half), (paid + timedelta(days=random.randrange(10, 30)), round(amount - half, 2))]
        return [part for part in parts if part[0] < self.stopped]

    def _paid_on(self, due):
        random = self.random
        late = random.gauss(self.late, self.spread)
        if due.month in (8, 12):
            late += random.uniform(0, 6)
        if due >= self.slower_from:
            late += 7
        if random.random() < 0.02:
            late += random.uniform(15, 50)  # disputed
        late += self.worst * self._trouble(due + timedelta(days=max(0, round(late))))
        day = due + timedelta(days=max(-25, round(late)))
        if self.run:
            day += timedelta(days=-day.toordinal() % self.run)
        return day
