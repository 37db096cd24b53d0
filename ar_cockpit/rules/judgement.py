"""When an open item will be paid, from how customers paid before. Odoo-free; no learning machine.

Rules
-----
1. Only what was known on the day counts: what was paid by then, and what was still open then.
2. A *curve* says of each day before and after the due date which share of items is still open on it. It is
   made of hazards (share of the items open at the start of a day that is paid on it), so that items that are
   still open count for the days they have lasted (product-limit estimate).
3. The curve of a customer leans on that of its peers, the tenth of the customers who are equally late, and
   theirs on the whole company's: as many items as ``OF_PEERS`` and ``OF_COMPANY`` say. A customer without a
   past has the company's curve.
4. Recent payments weigh more: half after ``RECENT`` days for the curve, half after ``LONG`` for the lateness
   by which peers are found.
5. What is asked of an item is conditional on the days that have passed: it was not paid on any of them.

6. Whether an item will be late at all follows from the customer's degree of lateness, calibrated on the items
   that fell due in the last ``OUTCOMES`` days: what the degree before them said, and what came of them.

Lateness is days from the due date to the payment; before it is negative. What was measured with this on real
invoices prints ``setup/bench judgement``.
"""

from bisect import bisect_right
from collections import defaultdict
from math import exp, log, sqrt
from typing import NamedTuple

FIRST, LAST = -60, 180  # days of the curve; what is earlier or later counts on its ends
DAYS = LAST - FIRST + 1
RECENT = 120
LONG = 365
PEERS = 10
OF_PEERS = 8.0
OF_COMPANY = 5.0
LEAST = 0.05  # of that weight stays where peers have nothing open any more
OUTCOMES = 120
WEEK = 7.0  # days over which "late" fades in: one day late says little
COMMON = 0.2  # of a week's receipts moves with what all customers have in common
NORMAL_80 = 1.2816


class Experience(NamedTuple):
    """Items of a customer that were paid this many days after their due date, or have come so far unpaid.

    Attributes:
        settled: paid; else open.
        recent, long: their number, each weighted by how long ago it is (rule 4).
        count: their number.
    """

    customer: int
    lateness: int
    settled: bool
    recent: float
    long: float
    count: int = 1


class Habits(NamedTuple):
    """What is known of how a customer pays: items paid, how many of them late, and the median lateness."""

    paid: int
    late: int
    middle: int


class Outlook(NamedTuple):
    """What is expected of an open item.

    Attributes:
        days: from today to the expected payment, by which it is as likely paid as not; None = later than
            the curve knows.
        late: probability that it is paid after its due date; 1 if that has passed.
        within: probability that it is paid within 30 days from today.
    """

    days: int | None
    late: float
    within: float


def weight(age, half_life):
    """Return what counts of an experience of so many days ago."""
    return 0.5 ** (age / half_life)


def lateness_degree(lateness):
    """Return how late this is, from 0 (well before the due date) to 1 (weeks after it)."""
    return _logistic((lateness - 0.5) / WEEK)


def _logistic(value):
    return 1 / (1 + exp(-max(-30.0, min(30.0, value))))


def _odds(share):
    share = min(max(share, 0.001), 0.999)
    return log(share / (1 - share))


def calibration(outcomes, ridge=0.5, rounds=30):
    """Return (shift, slope) by which a degree becomes a probability: the most likely ones (logistic, Newton).

    :param outcomes: (degree before the due date, items paid late or still open after it, items paid in time).
    :param ridge: how strongly they stay at (0, 1), which changes nothing, where outcomes are few.
    """
    rows = [(_odds(degree), late, in_time) for degree, late, in_time in outcomes]
    shift, slope = 0.0, 1.0
    for _round in range(rounds):
        to_shift, to_slope = -ridge * shift, -ridge * (slope - 1)
        a, b, c = ridge, 0.0, ridge
        for odds, late, in_time in rows:
            said, number = _logistic(shift + slope * odds), late + in_time
            missed, doubt = late - number * said, number * said * (1 - said)
            to_shift += missed
            to_slope += missed * odds
            a, b, c = a + doubt, b + doubt * odds, c + doubt * odds * odds
        determinant = a * c - b * b
        step = (c * to_shift - b * to_slope) / determinant, (a * to_slope - b * to_shift) / determinant
        damped = max(1.0, abs(step[0]), abs(step[1]))  # a long step overshoots
        shift, slope = shift + step[0] / damped, slope + step[1] / damped
        if abs(step[0]) + abs(step[1]) < 1e-7:
            break
    return shift, slope


class Judgement:
    """What experiences say of each customer; the same experiences give the same answers."""

    def __init__(self, experiences, calibration=(0.0, 1.0)):
        self._calibration = calibration
        self._habits = defaultdict(lambda: defaultdict(int))
        self._events = defaultdict(lambda: [0.0] * DAYS)
        self._ends = defaultdict(lambda: [0.0] * DAYS)
        degrees = defaultdict(lambda: [0.0, 0.0])
        for found in experiences:
            if found.settled:
                self._habits[found.customer][found.lateness] += found.count
            if found.settled or found.lateness > 0:
                for key in (found.customer, None):
                    degrees[key][0] += found.long * lateness_degree(found.lateness)
                    degrees[key][1] += found.long
            place = max(0, min(DAYS - 1, found.lateness - FIRST))
            self._ends[found.customer][place] += found.recent
            if found.settled:
                self._events[found.customer][place] += found.recent
        self._degrees = self._shrunk(degrees)
        self._ordered = sorted(self._degrees[customer] for customer in self._ends)
        self._company = self._hazards_of(self._ends, self._even(), 1.0)
        self._peers = self._peer_hazards()
        self._curves = {}

    @staticmethod
    def _shrunk(degrees):
        """Return {customer: degree of lateness}, each with one item of the company's."""
        total, number = degrees.pop(None, (0.0, 0.0))
        base = total / number if number else 0.5
        found = defaultdict(lambda: base)
        found.update({key: (late + base) / (count + 1) for key, (late, count) in degrees.items()})
        return found

    @staticmethod
    def _even():
        """Return hazards to begin with, where nothing is known: half are paid by some weeks after due."""
        return [0.0] * (1 - FIRST) + [0.02] * (DAYS + FIRST - 1)

    def _peer_hazards(self):
        members = defaultdict(list)
        for customer in self._ends:
            members[self._group(customer)].append(customer)
        return {
            group: self._hazards_of(customers, self._company, OF_COMPANY)
            for group, customers in members.items()
        }

    def _group(self, customer):
        place = bisect_right(self._ordered, self._degrees[customer]) - 1
        return place * PEERS // len(self._ordered) if self._ordered else 0

    def _hazards_of(self, customers, prior, strength):
        """Return the hazards of the customers together, leaning on ``prior`` as so many items would."""
        events, ends = [0.0] * DAYS, [0.0] * DAYS
        for customer in customers:
            for place, amount in enumerate(self._ends[customer]):
                if amount:
                    ends[place] += amount
                    events[place] += self._events[customer][place]
        return _hazards(events, ends, prior, strength)

    def degree(self, customer):
        """Return how late the customer is as a rule, from 0 to 1: what ranks customers."""
        return self._degrees[customer]

    def curve(self, customer):
        """Return the share still open before each day of the curve, and after the last one."""
        if customer not in self._curves:
            hazards = self._company
            if customer in self._ends:
                hazards = self._hazards_of((customer,), self._peers[self._group(customer)], OF_PEERS)
            shares = [1.0]
            for hazard in hazards:
                shares.append(shares[-1] * (1 - hazard))
            self._curves[customer] = shares
        return self._curves[customer]

    def paid_between(self, customer, passed, first, last):
        """Return the probability that an item is paid from the ``first`` to the ``last`` day to come.

        :param passed: days from its due date to today; negative before it.
        :param first, last: days from today; 1 = tomorrow.
        """
        shares = self.curve(customer)
        still = shares[_place(passed + 1)]
        if still < 1e-9:
            # Nobody ever waited so long: what is to come is beyond the curve.
            return 0.0
        return (shares[_place(passed + first)] - shares[_place(passed + last + 1)]) / still

    def outlook(self, customer, passed):
        """Return the ``Outlook`` of an item whose due date was so many days ago (negative: is to come)."""
        shares = self.curve(customer)
        half = shares[_place(passed + 1)] / 2
        days = next(
            (day for day in range(1, LAST - passed + 1) if shares[_place(passed + day + 1)] <= half), None
        )
        return Outlook(days, self._late(customer, passed), self.paid_between(customer, passed, 1, 30))

    def _late(self, customer, passed):
        """Return the probability that the item is paid late, given that it was not paid up to now."""
        if passed >= 0:
            return 1.0
        shift, slope = self._calibration
        late = _logistic(shift + slope * _odds(self._degrees[customer]))
        shares = self.curve(customer)
        in_time = shares[0] - shares[_place(1)]
        # Of those that are paid in time, the part that would not have been paid by now.
        left = (shares[_place(passed + 1)] - shares[_place(1)]) / in_time if in_time > 1e-9 else 1.0
        return late / (late + (1 - late) * left)

    def habits(self, customer):
        """Return the ``Habits`` of a customer."""
        counts = self._habits.get(customer, {})
        paid = sum(counts.values())
        seen, middle = 0, 0
        for lateness in sorted(counts):
            seen += counts[lateness]
            if seen * 2 >= paid:
                middle = lateness
                break
        return Habits(paid, sum(count for lateness, count in counts.items() if lateness > 0), middle)


def _place(lateness):
    return max(0, min(DAYS, lateness - FIRST))


def _hazards(events, ends, prior, strength):
    """Return the hazard of each day: what was paid on it of what was open, both with the prior's part."""
    at_risk, open_items = [0.0] * DAYS, 0.0
    for place in range(DAYS - 1, -1, -1):
        open_items += ends[place]
        at_risk[place] = open_items
    hazards, still = [], 1.0
    for place in range(DAYS):
        part = strength * max(still, LEAST)
        hazards.append((events[place] + part * prior[place]) / (at_risk[place] + part))
        still *= 1 - prior[place]
    return hazards


class Expected(NamedTuple):
    """Receipts of a week: what is expected, and the interval that eight of ten weeks fall into."""

    amount: float
    low: float
    high: float


def week(parts, certain=0.0):
    """Return the ``Expected`` receipts of a week.

    :param parts: (amount, probability that it comes in this week) of each item.
    :param certain: what is promised or agreed for this week; it counts in full.
    """
    parts = list(parts)
    amount = sum(part * probability for part, probability in parts)
    spread = sum(part * part * probability * (1 - probability) for part, probability in parts)
    width = NORMAL_80 * sqrt(spread + (COMMON * amount) ** 2)
    return Expected(amount + certain, max(amount - width, 0.0) + certain, amount + width + certain)
