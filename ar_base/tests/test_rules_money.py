import random
from decimal import Decimal
from fractions import Fraction
from unittest import TestCase

from odoo.tools import float_round

from ..rules import money

D = Decimal


class TestMoney(TestCase):
    def test_a_number_is_worth_what_it_shows(self):
        for value, expected in (
            (0.1, '0.1'),
            (1.005, '1.005'),
            (-2.675, '-2.675'),
            (0, '0'),
            (7, '7'),
            ('19.90', '19.90'),
            (D('0.10'), '0.10'),
            (1e-06, '0.000001'),
            (1e16, '1e16'),
        ):
            with self.subTest(value):
                self.assertEqual(money.exact(value), D(expected))
                self.assertIsInstance(money.exact(value), Decimal)

    def test_what_is_unknown_is_not_zero(self):
        for value in (None, False, True, [], Fraction(1, 3)):
            with self.subTest(value), self.assertRaises(TypeError):
                money.exact(value)
        for value in ('', 'a lot', '1,5'):
            with self.subTest(value), self.assertRaises(ValueError):
                money.exact(value)

    def test_rounding_half_away_from_zero_on_any_unit(self):
        for amount, unit, expected in (
            ('1.004', '0.01', '1.00'),
            ('1.005', '0.01', '1.01'),
            ('-1.005', '0.01', '-1.01'),
            ('2.5', '1', '3'),
            ('3.5', '1', '4'),
            ('-2.5', '1', '-3'),
            ('0.124', '0.05', '0.10'),
            ('0.125', '0.05', '0.15'),
            ('7.3249', '0.05', '7.30'),
            ('1.0005', '0.001', '1.001'),
            ('149', '100', '100'),
            ('150', '100', '200'),
            ('-0.004', '0.01', '0.00'),
            ('123456789012345.675', '0.01', '123456789012345.68'),
        ):
            with self.subTest(amount=amount, unit=unit):
                for found in (
                    money.rounded(D(amount), D(unit)),
                    money.rounded(amount, float(unit)),
                    money.rounded(Fraction(amount), unit),
                ):
                    self.assertEqual(found, D(expected))
                self.assertEqual(str(money.rounded(D(amount), D(unit))), expected, "the decimals of the unit")

    def test_a_third_is_rounded_without_a_decimal_between(self):
        self.assertEqual(money.rounded(Fraction(100, 3), D('0.01')), D('33.33'))
        self.assertEqual(money.rounded(Fraction(-200, 3), D('0.01')), D('-66.67'))

    def test_as_odoo_rounds(self):
        dice = random.Random(7)
        for unit in (0.01, 0.05, 0.001, 1.0, 0.5, 100.0):
            for _throw in range(500):
                amount = dice.randint(-(10**9), 10**9) / 10_000
                found = money.rounded(amount, unit)
                self.assertAlmostEqual(float(found), float_round(amount, precision_rounding=unit), 6)
                self.assertEqual(found, money.rounded(Fraction(str(amount)), unit))

    def test_zero(self):
        for amount, unit, expected in (
            (0, 0.01, True),
            (0.004, 0.01, True),
            (-0.004, 0.01, True),
            (0.005, 0.01, False),
            (0.4, 1, True),
            (0.024, 0.05, True),
            (0.0005, 0.001, False),
        ):
            with self.subTest(amount=amount, unit=unit):
                self.assertIs(money.is_zero(amount, unit), expected)

    def test_only_more_than_half_a_unit_exceeds(self):
        for amount, bound, unit, expected in (
            (100, 100, 0.01, False),
            (100.01, 100, 0.01, True),
            (100.004, 100, 0.01, False),
            (100.005, 100, 0.01, False),
            (100.006, 100, 0.01, True),
            (0.3, 0.1 + 0.2, 0.01, False),
            (0.1 + 0.2, 0.3, 0.01, False),
            (99, 100, 0.01, False),
            (-5, -6, 1, True),
            (100.4, 100, 1, False),
            (100.05, 100, 0.05, True),
            (100.001, 100, 0.001, True),
        ):
            with self.subTest(amount=amount, bound=bound, unit=unit):
                self.assertIs(money.exceeds(amount, bound, unit), expected)

    def test_shares_sum_to_the_whole(self):
        for total, weights, unit, expected in (
            ('100', '1 1 1', '0.01', '33.33 33.34 33.33'),
            ('0.02', '1 1 1', '0.01', '0.01 0.00 0.01'),
            ('-10', '1 2', '0.01', '-3.33 -6.67'),
            ('100', '1 1 1', '0.05', '33.35 33.30 33.35'),
            ('100', '1 1 1', '1', '33 34 33'),
            ('1', '0 1 0', '0.001', '0.000 1.000 0.000'),
            ('5', '0 0', '0.01', '0 0'),
            ('5', '', '0.01', ''),
        ):
            with self.subTest(total=total, weights=weights, unit=unit):
                found = money.shares(total, weights.split(), unit)
                self.assertEqual(' '.join(map(str, found)), expected)
        dice = random.Random(8)
        for _throw in range(300):
            total = D(dice.randint(-(10**7), 10**7)) / 100
            weights = [dice.randint(0, 1000) for _part in range(dice.randint(1, 9))] + [1]
            parts = money.shares(total, weights, money.CENT)
            self.assertEqual(sum(parts), total)
            for part, weight in zip(parts, weights, strict=True):
                self.assertLessEqual(abs(part - total * weight / sum(weights)), money.CENT)
