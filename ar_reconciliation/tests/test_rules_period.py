from odoo.tests import BaseCase

from ..rules import period

ZERO = dict.fromkeys(period.COLUMNS, 0)


class TestRulesPeriod(BaseCase):
    def test_gap(self):
        for row, expected in (
            ({}, '0'),
            (
                {
                    'opening': 100,
                    'invoiced': 50,
                    'credited': 10,
                    'collected': 80,
                    'written_off': 5,
                    'exchange': -2,
                    'other': 1,
                    'closing': 54,
                },
                '0',
            ),
            ({'opening': 0.1, 'invoiced': 0.2, 'closing': 0.3}, '0'),
            ({'opening': 100, 'closing': 99.99}, '-0.01'),
        ):
            with self.subTest(row):
                self.assertEqual(period.gap({**ZERO, **row}), period.shown(expected))

    def test_exact_rounds_half_up_once(self):
        for value, digits, expected in (
            (0.125, 2, '0.13'),
            (-0.125, 2, '-0.13'),
            (1.005, 2, '1.01'),
            (None, 2, '0.00'),
            (7.5, 0, '8'),
        ):
            self.assertEqual(str(period.shown(value, digits)), expected)

    def test_fingerprint(self):
        rows = {1: {**ZERO, 'opening': 5}, None: {**ZERO, 'closing': 3.0}}
        same = {None: {**ZERO, 'closing': 3}, 1: {**ZERO, 'opening': 5.0}}
        self.assertEqual(period.fingerprint([1], rows), period.fingerprint([1], same))
        for header, other in (
            ([2], rows),
            ([1], {1: rows[1]}),
            ([1], {**rows, 1: {**ZERO, 'opening': 5.01}}),
        ):
            self.assertNotEqual(period.fingerprint([1], rows), period.fingerprint(header, other))

    def test_changes(self):
        before = {1: {**ZERO, 'opening': 5}, 2: {**ZERO, 'invoiced': 1}, 3: {**ZERO, 'closing': 3}}
        after = {1: {**ZERO, 'opening': 5}, 2: {**ZERO, 'invoiced': 2}, 4: {**ZERO, 'closing': 4}}
        two, three, four, nothing = (period.shown(number) for number in (2, 3, 4, 0))
        self.assertEqual(
            period.changes(before, after),
            {
                2: {'invoiced': (period.shown(1), two)},
                3: {'closing': (three, nothing)},
                4: {'closing': (nothing, four)},
            },
        )
