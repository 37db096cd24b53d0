from odoo.tests import BaseCase, tagged

from ..rules.priority import Weights, risk, score, staleness


@tagged('post_install', '-at_install')
class TestPriority(BaseCase):
    """Amount x risk x staleness, by table."""

    def test_risk(self):
        for profile, days, broken, expected in (
            ('lenient', 0, 0, '0'),
            ('lenient', 45, 0, '0.25'),
            ('lenient', 900, 0, '0.5'),
            ('standard', 0, 0, '0.25'),
            (None, 0, 0, '0.25'),
            ('strict', 0, 0, '0.5'),
            ('legal', 90, 4, '1.75'),
            ('legal', 90, 40, '1.75'),
            ('lenient', -5, 2, '0.25'),
        ):
            self.assertAlmostEqual(
                float(risk(profile, days, broken)), float(expected), msg=(profile, days, broken)
            )

    def test_staleness(self):
        for silent, oldest, stale_days, expected in (
            (0, 50, 14, 0),
            (21, 50, 14, 0.5),
            (42, 50, 14, 1),
            (400, 50, 14, 1),
            (None, 21, 14, 0.5),
            (None, 0, 14, 0),
            (-3, 9, 14, 0),
            (1, 9, 0, 1 / 3),
        ):
            self.assertAlmostEqual(
                float(staleness(silent, oldest, stale_days)), expected, msg=(silent, oldest, stale_days)
            )

    def test_score(self):
        for args, expected in (
            ((1000, 'lenient', 0, 0, 0), 1000),
            ((1000, 'lenient', 90, 0, 0), 1500),  # risk 0.5
            ((1000, 'lenient', 90, 0, 42), 3000),  # and as stale as can be
            ((1000, 'legal', 90, 4, 42), 5500),  # 1000 x 2.75 x 2
            ((0.5, 'lenient', 0, 0, 0), 1),  # half up
            ((1000, 'legal', 90, 4, 42, Weights(0, 0)), 1000),
            ((1000, 'lenient', 90, 0, 42, Weights(2, 0.5)), 3000),
        ):
            self.assertEqual(score(*args), expected, args)

    def test_more_of_anything_is_never_less_urgent(self):
        base = dict(overdue=5000, profile='standard', oldest_days=30, broken_promises=1, silent_days=10)
        for name, more in (
            ('overdue', 5001),
            ('oldest_days', 31),
            ('broken_promises', 2),
            ('silent_days', 11),
            ('profile', 'strict'),
        ):
            self.assertGreater(score(**base | {name: more}), score(**base), name)
