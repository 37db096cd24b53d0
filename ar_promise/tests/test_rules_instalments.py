from datetime import date
from decimal import Decimal as D
from unittest import TestCase

from ..rules import instalments
from ..rules.promise import Commitment, Receipt, Row, settle

FIRST = date(2024, 1, 31)


class TestSchedule(TestCase):
    def test_the_last_one_takes_the_rest(self):
        for total, count, rounding, expected in (
            ('100', 3, '0.01', ['33.33', '33.33', '33.34']),
            ('100', 1, '0.01', ['100']),
            ('0.05', 3, '0.01', ['.01', '.01', '.03']),
            ('1000', 3, '50', ['300', '300', '400']),
            ('1000', 3, '1', ['333', '333', '334']),
            ('120', 4, '0.01', ['30'] * 4),
            ('1234.56', 2, '100', ['600', '634.56']),
        ):
            with self.subTest(total=total, count=count):
                rows = instalments.schedule(D(total), count, FIRST, rounding=D(rounding))
                self.assertEqual([row.amount for row in rows], [D(amount) for amount in expected])
                self.assertEqual(sum(row.amount for row in rows), D(total))

    def test_dates(self):
        for every, unit, expected in (
            (1, 'month', [(2024, 1, 31), (2024, 2, 29), (2024, 3, 31)]),
            (2, 'month', [(2024, 1, 31), (2024, 3, 31), (2024, 5, 31)]),
            (1, 'week', [(2024, 1, 31), (2024, 2, 7), (2024, 2, 14)]),
            (10, 'day', [(2024, 1, 31), (2024, 2, 10), (2024, 2, 20)]),
            (11, 'month', [(2024, 1, 31), (2024, 12, 31), (2025, 11, 30)]),
        ):
            with self.subTest(every=every, unit=unit):
                rows = instalments.schedule(D(90), 3, FIRST, every, unit)
                self.assertEqual([row.date for row in rows], [date(*parts) for parts in expected])

    def test_down_payment(self):
        rows = instalments.schedule(D(100), 2, FIRST, down_payment=D(20), down_on=date(2024, 1, 1))
        self.assertEqual(
            rows, [Row(date(2024, 1, 1), D(20)), Row(FIRST, D(40)), Row(date(2024, 2, 29), D(40))]
        )

    def test_what_cannot_be_split(self):
        for total, count, down in (('0.02', 3, 0), ('0', 1, 0), ('10', 0, 0), ('10', 1, 10), ('10', 1, -1)):
            with self.subTest(total=total, count=count), self.assertRaises(ValueError):
                instalments.schedule(D(total), count, FIRST, down_payment=D(down))


class TestDefault(TestCase):
    def test_states(self):
        rows = (Row(date(2024, 3, 10), D(40)), Row(date(2024, 3, 20), D(60)))
        last = date(2024, 3, 22)
        for label, given, today, revocable, state in (
            ("waits through the grace", [], 12, True, 'active'),
            ("missed", [], 13, True, 'defaulted'),
            ("missed, and goes on", [], 13, False, 'active'),
            ("the end is the end", [], 23, False, 'defaulted'),
            ("paid late, and goes on", [(15, 40)], 16, False, 'active'),
            ("paid late is missed", [(15, 100)], 16, True, 'defaulted'),
            ("all paid late", [(15, 100)], 16, False, 'completed'),
            ("paid in the grace", [(12, 40)], 13, True, 'active'),
            ("paid", [(10, 40), (20, 60)], 20, True, 'completed'),
            ("paid at once", [(2, 100)], 2, True, 'completed'),
        ):
            with self.subTest(label):
                plan = Commitment('k', date(2024, 3, 1), {'x': 0}, D(100), rows, grace=2, strict=False)
                receipts = [
                    Receipt(n, 'x', date(2024, 3, d), D(amount)) for n, (d, amount) in enumerate(given, 1)
                ]
                today = date(2024, 3, today)
                outcome = settle([plan], receipts, today)['k']
                self.assertEqual(instalments.plan_state(outcome, last, today, revocable), state)

    def test_default_day_and_what_is_behind(self):
        rows = (Row(date(2024, 3, 10), D(40)), Row(date(2024, 3, 20), D(60)))
        self.assertEqual(instalments.late(rows, (D(0), D(0)), date(2024, 3, 10)), 0)
        self.assertEqual(instalments.late(rows, (D(15), D(0)), date(2024, 3, 11)), 25)
        self.assertEqual(instalments.late(rows, (D(40), D(60)), date(2024, 3, 30)), 0)
        self.assertEqual(instalments.late(rows, (D(40), D(0)), date(2024, 3, 21), grace=2), 0)
