from decimal import Decimal
from unittest import TestCase

from ..rules import outlook


def points(*pairs):
    return [(Decimal(value), Decimal(loss)) for value, loss in pairs]


class TestOutlookRules(TestCase):
    """The line of least squares through past losses."""

    def test_a_line_by_hand(self):
        # Means 3 and 0.02; sum of products 0.02, of squares 10, of the losses' squares 0.0001.
        line = outlook.fit(points((1, '0.015'), (2, '0.02'), (3, '0.02'), (4, '0.02'), (5, '0.025')))
        self.assertEqual(
            (line.slope, line.intercept, line.mean), (Decimal('0.002'), Decimal('0.014'), Decimal('0.02'))
        )
        self.assertEqual(line.r_squared, Decimal('0.8'))
        self.assertEqual(outlook.factor(line, Decimal(8)), Decimal('1.5'))
        self.assertEqual(outlook.doubts(line, Decimal(8)), ['few', 'outside'])

    def test_no_line(self):
        for pairs in ([(1, '0.1'), (2, '0.2')], [(2, '0.1')] * 9, [(1, 0), (2, 0), (3, 0)]):
            self.assertIsNone(outlook.fit(points(*pairs)))

    def test_losses_that_do_not_follow_leave_the_rates(self):
        line = outlook.fit(points((1, '0.01'), (2, '0.03'), (3, '0.01')))
        self.assertEqual((line.slope, line.r_squared, outlook.factor(line, Decimal(9))), (0, 0, 1))
        self.assertIn('loose', outlook.doubts(line, Decimal(2)))

    def test_never_less_than_nothing(self):
        line = outlook.fit(points((1, '0.03'), (2, '0.02'), (3, '0.01')))
        self.assertEqual(outlook.factor(line, Decimal(9)), 0)
        self.assertIn('nothing', outlook.doubts(line, Decimal(9)))
