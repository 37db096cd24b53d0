"""The allowance in plain Python: nothing is read from the product."""

from collections import defaultdict
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

# Company currency per euro, from the day on: exact numbers, so that no float is in the way.
EURO = (
    (date(2000, 1, 1), Decimal('2')),
    (date(2024, 2, 15), Decimal('2.5')),
    (date(2024, 4, 20), Decimal('1.25')),
    (date(2024, 7, 1), Decimal('1.6')),
    (date(2024, 10, 5), Decimal('4')),
)
RATES = {'Not due': Decimal('0.013'), '1-30': Decimal('0.057'), 'Over 30': Decimal('0.43')}
ZERO = Decimal(0)


def cents(value):
    return Decimal(str(value)).quantize(Decimal('0.01'), ROUND_HALF_UP)


def euro(day):
    """Return what a euro is worth on the day."""
    return next(rate for first, rate in reversed(EURO) if first <= day)


class Item:
    """What the oracle knows of an open item: its own arithmetic, nothing read from the product."""

    def __init__(self, line, partner, company, day, due, amount, euros=None):
        self.line, self.partner, self.company, self.day, self.due = line, partner, company, day, due
        self.amount, self.euros = amount, euros  # as booked; in euros, which are settled as a whole
        self.taken = []  # (date, amount): payments and write-offs that still count
        self.bears = ZERO  # its allowance today

    def open(self, day):
        return self.amount - sum((a for d, a in self.taken if d <= day), ZERO) if self.day <= day else ZERO

    def value(self, day):
        """Return what is open at the closing rate."""
        return cents(self.euros * euro(day)) if self.euros and self.open(day) else self.open(day)

    def bucket(self, day):
        late = (day - self.due).days
        return 'Not due' if late <= 0 else '1-30' if late <= 30 else 'Over 30'


class World:
    """Invoices, credits, decisions and the allowance as plain Python has it."""

    def __init__(self):
        self.items, self.credits = [], []  # credits: [partner, company, date, due, amount]
        self.notes, self.note_credits = [], []  # nobody matches notes: the oldest is settled first
        self.losses, self.by_hand = [], {}  # (date, given up less what came in); {entry: (date, allowance)}
        self.grade, self.secured, self.assessed, self.overrides = {}, {}, {}, {}

    def settle_notes(self, day):
        """Let what came in up to the day settle the notes, the oldest first."""
        left = defaultdict(Decimal)
        for partner, company, posted, amount in self.note_credits:
            if posted <= day:
                left[partner, company] += amount
        for note in sorted(self.notes, key=lambda note: (note.day, note.line.id)):
            taken = min(left[note.partner, note.company], note.amount) if note.day <= day else ZERO
            left[note.partner, note.company] -= taken
            note.taken = [(note.day, taken)]

    def merge(self, source, target):
        """Let all that is known of one customer be known of another."""
        for item in self.items:
            item.partner = target if item.partner == source else item.partner
        self.credits = [(target if c[0] == source else c[0], *c[1:]) for c in self.credits]
        self.note_credits = [(target if c[0] == source else c[0], *c[1:]) for c in self.note_credits]
        for known in (self.grade, self.assessed):
            if source in known:
                known[target] = known.pop(source)
        if source in self.secured:
            self.secured[target] = self.secured.pop(source) + self.secured.get(target, ZERO)

    def expense(self, day):
        """Return what profit and loss has borne up to the day: by the balance, not by its entries."""
        held = sum(self.required(day).values(), ZERO)
        by_hand = sum((amount for posted, amount in self.by_hand.values() if posted <= day), ZERO)
        return held - by_hand + sum((amount for posted, amount in self.losses if posted <= day), ZERO)

    def required(self, day):
        """Return {item: allowance} on the day."""
        self.settle_notes(day)
        result = {}
        for partner in {item.partner for item in self.items}:
            found = [i for i in self.items if i.partner == partner and i.open(day) > 0]
            found.sort(key=lambda i: (i.company.id, i.due, i.line.id))
            base = self._after_credits(partner, found, day)
            result.update(self._rated(partner, found, base, day))
        return result

    def _after_credits(self, partner, found, day):
        base = {item: item.value(day) for item in found}
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
        return {item: min(amount, item.open(day)) for item, amount in result.items()}

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
