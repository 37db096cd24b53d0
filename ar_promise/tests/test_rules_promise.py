from datetime import date
from decimal import Decimal as D
from unittest import TestCase

from ..rules.promise import Commitment, Receipt, Row, promise_state, settle


def day(number):
    return date(2024, 3, number)


def commitment(*rows, key='p', since=1, items=('x',), known=0, owed=100, **values):
    return Commitment(
        key,
        day(since),
        dict.fromkeys(items, known),
        D(owed),
        tuple(Row(day(n), D(amount)) for n, amount in rows),
        **values,
    )


def receipts(*given):
    return [
        Receipt(number, 'x', day(n), D(amount), credit == ['credit'])
        for number, (n, amount, *credit) in enumerate(given, 1)
    ]


def outcome(promise, given, today):
    return settle([promise], receipts(*given), day(today))[promise.key]


class TestPromise(TestCase):
    def test_what_becomes_of_a_promise(self):
        one, two, late = [(10, 100)], [(10, 40), (20, 60)], {'grace': 2}
        for label, rows, options, given, today, state in (
            ("the date itself still waits", one, {}, [], 10, 'open'),
            ("broken the day after", one, {}, [], 11, 'broken'),
            ("paid on the date", one, {}, [(10, 100)], 10, 'kept'),
            ("kept as soon as it is paid", one, {}, [(4, 100)], 5, 'kept'),
            ("more than promised", one, {}, [(4, 130)], 5, 'kept'),
            ("a part", one, {}, [(10, 1)], 11, 'partly'),
            ("one cent short", one, {}, [(9, '99.99')], 11, 'partly'),
            ("in two receipts", one, {}, [(5, 30), (9, 70)], 9, 'kept'),
            ("a day too late", one, {}, [(11, 100)], 12, 'broken'),
            ("within the grace", one, late, [(12, 100)], 12, 'kept'),
            ("waits through the grace", one, late, [], 12, 'open'),
            ("after the grace", one, late, [(13, 100)], 13, 'broken'),
            ("dated after today", one, {}, [(9, 100)], 8, 'open'),
            ("before the promise", one, {'since': 5}, [(4, 100)], 11, 'broken'),
            ("both rows", two, {}, [(10, 40), (20, 60)], 20, 'kept'),
            ("both rows at once", two, {}, [(3, 100)], 4, 'kept'),
            ("first row paid, second waits", two, {}, [(10, 40)], 15, 'open'),
            ("second row missed", two, {}, [(10, 40)], 21, 'partly'),
            ("first row missed, all paid later", two, {}, [(15, 100)], 20, 'broken'),
            ("first row short", two, {}, [(9, 39)], 11, 'partly'),
            ("credited in full", one, {}, [(5, 100, 'credit')], 6, 'cancelled'),
            ("credited in part, the rest paid", one, {}, [(5, 60, 'credit'), (9, 40)], 9, 'kept'),
            ("credited in part, the rest not", one, {}, [(5, 60, 'credit')], 11, 'broken'),
            ("credited too late", one, {}, [(15, 100, 'credit')], 16, 'broken'),
            ("credited, more is open than promised", one, {'owed': 200}, [(5, 100, 'credit')], 11, 'broken'),
        ):
            with self.subTest(label):
                self.assertEqual(promise_state(outcome(commitment(*rows, **options), given, today)), state)

    def test_dates(self):
        found = outcome(commitment((10, 40), (20, 60)), [(10, 40)], 15)
        self.assertEqual(
            (found.next_date, found.missed_on, found.met_on, found.total), (day(20), None, None, 40)
        )
        found = outcome(commitment((10, 40), (20, 60)), [(8, 40), (12, 60)], 15)
        self.assertEqual((found.next_date, found.met_on, found.received), (None, day(12), (40, 60)))
        found = outcome(commitment((10, 40), (20, 60)), [(11, 100)], 25)
        self.assertEqual(
            (found.missed_on, found.total),
            (day(10), 0),
            "what comes after the missed date counts for nothing",
        )

    def test_a_receipt_counts_once(self):
        first, second = commitment((10, 100), key='a'), commitment((12, 100), key='b', since=2)
        found = settle([second, first], receipts((5, 150)), day(13))
        self.assertEqual([found['a'].total, found['b'].total], [100, 50])
        self.assertEqual(promise_state(found['b']), 'partly')

    def test_what_a_broken_promise_did_not_take_is_left_for_the_next(self):
        first, second = commitment((10, 100), key='a'), commitment((20, 100), key='b', since=11, known=1)
        found = settle([first, second], receipts((4, 30), (15, 100)), day(20))
        self.assertEqual([promise_state(found[key]) for key in 'ab'], ['partly', 'kept'])

    def test_what_was_known_before_does_not_count(self):
        self.assertEqual(outcome(commitment((10, 100), since=5, known=1), [(5, 100)], 11).total, 0)

    def test_other_items_do_not_count(self):
        self.assertEqual(outcome(commitment((10, 100), items=('y',)), [(5, 100)], 11).total, 0)

    def test_a_payment_plan_goes_on(self):
        plan = commitment((10, 40), (20, 60), strict=False)
        found = outcome(plan, [(12, 40), (20, 60)], 21)
        self.assertEqual((found.met, found.missed_on, found.received), (True, day(10), (40, 60)))
        found = outcome(plan, [(12, 30)], 15)
        self.assertEqual((found.next_date, found.missed_on, found.received), (day(10), day(10), (30, 0)))
        found = outcome(plan._replace(until=day(12)), [(12, 40), (20, 60)], 21)
        self.assertEqual(found.received, (40, 0), "nothing counts after it was revoked")
