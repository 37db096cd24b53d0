from decimal import Decimal as D
from unittest import TestCase

from ..rules import entries, rollforward
from ..rules.profiles import PROFILES


def shown(lines):
    return [(line.role, line.amount) for line in lines]


class TestEntries(TestCase):
    def test_the_difference_and_nothing_else(self):
        for profile, required, booked, expected in (
            ('cn', 4970, 1530, [('impairment_expense', 3440), ('allowance', -3440)]),
            ('us', 455, 455, []),
            (
                'us',
                500,
                -200,
                [('impairment_expense', 700), ('allowance', -700)],
            ),  # more written off than provided
            ('cn', 600, 750, [('allowance', 150), ('impairment_expense', -150)]),
            ('fr', 600, 750, [('allowance', 150), ('impairment_reversal', -150)]),
            (
                'es_global',
                80,
                100,
                [
                    ('allowance', 100),
                    ('impairment_reversal', -100),
                    ('impairment_expense', 80),
                    ('allowance', -80),
                ],
            ),
            (
                'es_global',
                80,
                -5,
                [
                    ('impairment_expense', 5),
                    ('allowance', -5),
                    ('impairment_expense', 80),
                    ('allowance', -80),
                ],
            ),
        ):
            with self.subTest(profile=profile, required=required, booked=booked):
                lines = entries.allowance_entry(PROFILES[profile], D(required), D(booked))
                self.assertEqual(shown(lines), expected)
                self.assertEqual(sum(line.amount for line in lines), 0)

    def test_reverse_and_repost_ends_at_what_is_required(self):
        lines = entries.allowance_entry(PROFILES['es_global'], D(80), D(100))
        moved = -sum(line.amount for line in lines if line.role == 'allowance')
        self.assertEqual(100 + moved, 80)
        self.assertEqual([line.kind for line in lines if line.kind], ['reversal', 'charge'])

    def test_write_off_by_profile(self):
        vat = (D(100), D(116))
        for profile, used, relief, top_up, expected in (
            ('cn', 3000, False, 0, [('allowance', 3000), ('receivable', -3000)]),
            (
                'us',
                100,
                False,
                2900,
                [
                    ('impairment_expense', 2900),
                    ('allowance', -2900),
                    ('allowance', 3000),
                    ('receivable', -3000),
                ],
            ),
            (
                'de',
                0,
                True,
                0,
                [
                    ('write_off_loss', D('2586.21')),
                    ('output_vat', D('413.79')),
                    ('doubtful_receivable', -3000),
                ],
            ),
            (
                'fr',
                50,
                False,
                0,
                [
                    ('write_off_loss', 3000),
                    ('doubtful_receivable', -3000),
                    ('allowance', 50),
                    ('impairment_reversal', -50),
                ],
            ),
            ('direct', 0, False, 0, [('write_off_loss', 3000), ('receivable', -3000)]),
        ):
            with self.subTest(profile):
                lines = entries.write_off_entry(PROFILES[profile], D(3000), D(used), vat, relief, D(top_up))
                self.assertEqual(shown(lines), expected)
                self.assertEqual(sum(line.amount for line in lines), 0)

    def test_top_up_fills_a_debit_balance_too(self):
        self.assertEqual([entries.top_up(D(100), D(x)) for x in (5, 100, 300, -20)], [95, 0, 0, 120])

    def test_recovery(self):
        through, straight = (
            entries.recovery_entries(via, D(116), (D(100), D(116)), True) for via in ('allowance', 'income')
        )
        self.assertEqual(
            [shown(entry) for entry in through],
            [
                [('receivable', 116), ('allowance', -100), ('output_vat', -16)],
                [('bank', 116), ('receivable', -116)],
            ],
        )
        self.assertEqual(
            [shown(entry) for entry in straight],
            [[('bank', 116), ('recovery_income', -100), ('output_vat', -16)]],
        )


class TestRollforward(TestCase):
    def test_columns_are_positive_and_foot(self):
        row = rollforward.rollforward(
            (10, 20),
            [
                (5, 'charge', D(100)),
                (10, 'charge', D(50)),
                (11, 'reversal', D(-20)),
                (12, 'write_off', D(-30)),
                (20, 'recovery', D(7)),
                (15, None, D(3)),
                (21, 'charge', D(999)),
            ],
        )
        self.assertEqual(
            row,
            {
                'opening': 100,
                'charge': 50,
                'reversal': 20,
                'write_off': 30,
                'recovery': 7,
                'fx': 0,
                'other': 3,
                'closing': 110,
            },
        )
