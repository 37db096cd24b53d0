from unittest import TestCase

from odoo.addons.ar_scorecard.rules.score import SUMS, Reading, attained, corrections, ratios, summed


class TestScoreRules(TestCase):
    """The rules of ``rules.score``, by tables."""

    def test_ratios_are_those_of_the_vector(self):
        """The two salespersons of vector K23 and their total, from sums."""
        rows = [
            Reading(None, 1, None, self._row(100000, 250000, 10000, 265000, 5000, 14000)),
            Reading(None, 2, None, self._row(40000, 90000, 0, 60000, 0, 35000)),
        ]
        each = summed(rows, lambda row: row.salesperson_id)
        total = summed(rows, lambda row: 0)[0]
        for sums, expected in (
            (each[1], ('77.94', '20.00', '26.25')),
            (each[2], ('46.15', '50.00', '70.00')),
            (total, ('69.15', '35.00', '38.18')),
        ):
            found = ratios(sums, 90)
            names = ('collection_rate', 'overdue_ratio', 'dso')
            self.assertEqual(tuple(str(found[name]) for name in names), expected)

    def _row(self, opening, invoiced, credited, collected, written_off, overdue):
        return {
            'opening': opening,
            'invoiced': invoiced,
            'credited': credited,
            'collected': collected,
            'written_off': written_off,
            'overdue': overdue,
        }

    def test_nothing_has_no_ratio(self):
        self.assertEqual(set(ratios(dict.fromkeys(SUMS, 0), 31).values()), {None})

    def test_attained(self):
        for name, actual, target, expected in (
            ('collection_rate', 45, 90, 50),
            ('collected', 120, 100, 120),
            ('overdue', 200, 100, 50),
            ('overdue', 50, 100, 200),
            ('overdue', 0, 100, 100),
            ('days_late', -3, 5, 100),
            ('disputes', 2, 0, 0),
            ('disputes', 0, 0, 100),
            ('dso', None, 30, None),
        ):
            with self.subTest(name=name, actual=actual):
                self.assertEqual(attained(name, actual, target), expected)

    def test_corrections_are_reported_once(self):
        frozen, now = {1: {'collected': 100}}, {1: {'collected': 60}}
        self.assertEqual(corrections(frozen, {}, now), {(1, 'collected'): -40})
        self.assertFalse(corrections(frozen, {(1, 'collected'): -40}, now))
