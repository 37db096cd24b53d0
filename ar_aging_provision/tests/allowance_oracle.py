"""The allowance in plain Python: nothing is read from the product."""

from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal

RATES = {'Not due': Decimal('0.013'), '1-30': Decimal('0.057'), 'Over 30': Decimal('0.43')}
ZERO = Decimal(0)


def cents(value):
    return Decimal(str(value)).quantize(Decimal('0.01'), ROUND_HALF_UP)


class Item:
    """What the oracle knows of an open item: its own arithmetic, nothing read from the product."""

    def __init__(self, line, partner, company, day, due, amount, currency=None):
        self.line, self.partner, self.company, self.day, self.due = line, partner, company, day, due
        self.amount, self.currency = amount, currency
        self.taken = []  # (date, amount): payments and write-offs that still count
        self.bears = ZERO  # its allowance today

    def open(self, day):
        return self.amount - sum((a for d, a in self.taken if d <= day), ZERO) if self.day <= day else ZERO

    def bucket(self, day):
        late = (day - self.due).days
        return 'Not due' if late <= 0 else '1-30' if late <= 30 else 'Over 30'


class World:
    """Invoices, credits, decisions and the allowance as plain Python has it."""

    def __init__(self):
        self.items, self.credits = [], []  # credits: [partner, company, date, due, amount]
        self.grade, self.secured, self.assessed, self.overrides = {}, {}, {}, {}

    def required(self, day):
        """Return {item: allowance} on the day."""
        result = {}
        for partner in {item.partner for item in self.items}:
            found = [i for i in self.items if i.partner == partner and i.open(day) > 0]
            found.sort(key=lambda i: (i.company.id, i.due, i.line.id))
            base = self._after_credits(partner, found, day)
            result.update(self._rated(partner, found, base, day))
        return result

    def _after_credits(self, partner, found, day):
        base = {item: item.open(day) for item in found}
        for company in {item.company for item in found}:
            own = [i for i in found if i.company == company]
            left = defaultdict(Decimal)
            for who, where, posted, due, amount in self.credits:
                if who == partner and where == company and posted <= day:
                    left[Item(None, who, where, posted, due, amount).bucket(day)] += amount
            for same in (True, False):
                for item in own:
                    for bucket in [item.bucket(day)] if same else list(left):
                        part = min(left[bucket], base[item])
                        base[item] -= part
                        left[bucket] -= part
        return base

    def _rated(self, partner, found, base, day):
        covered = dict.fromkeys(found, ZERO)
        if partner in self.secured:
            covered = self._spread(self.secured[partner], base)
        result = {}
        if partner in self.assessed:
            result = self._spread(min(self.assessed[partner], sum(base.values(), ZERO)), base)
        else:
            for item in found:
                rate = min(RATES[item.bucket(day)] * self.grade.get(partner, Decimal(1)), Decimal(1))
                result[item] = cents(max(base[item] - covered[item], ZERO) * rate)
        for item in found:
            if item in self.overrides:
                result[item] = cents(max(base[item] - covered[item], ZERO) * self.overrides[item])
        return result

    @staticmethod
    def _spread(amount, base):
        whole = sum(base.values(), ZERO)
        if not whole:
            return dict.fromkeys(base, ZERO)
        amount, upto, given, parts = min(amount, whole), ZERO, ZERO, {}
        for item, weight in base.items():
            upto += weight
            parts[item] = cents(amount * upto / whole) - given
            given += parts[item]
        return parts
