from datetime import date
from decimal import Decimal
from unittest import TestCase

from odoo.addons.ar_scorecard.rules.commission import Found, Terms, Tier, base, earned, lines, settle, share

TIERS = (Tier(0, 100), Tier(30, 80), Tier(60, 50))
CENT = '0.01'


class TestCommissionRules(TestCase):
    """The rules of ``rules.commission``, by tables."""

    def test_share(self):
        for days, expected in ((-5, 100), (0, 100), (1, 80), (30, 80), (31, 50), (60, 50), (61, 0)):
            with self.subTest(days=days):
                self.assertEqual(share(TIERS, days), expected)
        self.assertEqual(share((), 0), 0)

    def test_base(self):
        for cash, untaxed, total, expected in (
            (110, 100, 110, 100),
            (55.55, 100, 110, '50.50'),
            (-110, -100, -110, -100),
            (10, 0, 0, 10),
        ):
            with self.subTest(cash=cash):
                self.assertEqual(base(cash, untaxed, total, CENT), Decimal(expected))

    def test_earned_is_rounded_once(self):
        self.assertEqual(earned('33.33', '2.5', 80, CENT), Decimal('0.67'))
        self.assertEqual(earned('-33.33', '2.5', 80, CENT), Decimal('-0.67'))

    def test_settle(self):
        for name, arguments, expected in (
            ("plain", (100, 0, 0, 0, 0, None), (0, 100, 0)),
            ("overdue", (100, 1000, 2, 0, 0, None), (-20, 80, 0)),
            ("below zero is carried", (-30, 0, 0, -10, 0, None), (0, 0, -40)),
            ("carried is paid off", (100, 0, 0, -40, 0, None), (0, 60, 0)),
            ("minimum", (10, 0, 0, 0, 50, None), (0, 50, 0)),
            ("minimum, and still carried", (-10, 0, 0, 0, 50, None), (0, 50, -10)),
            ("maximum", (100, 0, 0, 0, 0, 70), (0, 70, 0)),
        ):
            with self.subTest(name):
                self.assertEqual(tuple(settle(*arguments, CENT)), expected)

    def test_taken_back_is_what_was_recorded(self):
        """Whatever the plan says today."""
        day = date(2024, 1, 10)
        row = Found(7, 1, 5, 'INV/1', 100, 110, 9, day, day, 110, 3)
        plans = {3: Terms(10, True, TIERS)}
        [first] = lines([row], [], plans, date(2024, 1, 1), CENT)
        self.assertEqual((first.kind, first.cash, first.base, first.commission), ('cash', 110, 100, 10))
        first = first._replace(id=1)
        gone = row._replace(move_id=None, cash=None, plan_id=None, recorded=110)
        [back] = lines([gone], [first], {}, date(2024, 2, 1), CENT)
        self.assertEqual((back.kind, back.cash, back.base, back.commission), ('back', -110, -100, -10))
        self.assertEqual(back.corrects, first)
