from odoo.tests import BaseCase

from ..rules import judgement
from ..rules.judgement import Experience


def paid(customer, lateness, count=1, weight=1.0):
    return Experience(customer, lateness, True, weight * count, weight * count, count)


class TestJudgementRules(BaseCase):
    """What past payments say of open items."""

    def test_a_customer_pays_as_it_paid(self):
        judged = judgement.Judgement([paid(1, 10, 40), paid(2, -5, 40)])
        self.assertEqual(judged.outlook(1, 0).days, 10)
        self.assertEqual(judged.outlook(2, -10).days, 5)
        self.assertGreater(judged.degree(1), judged.degree(2))

    def test_a_customer_without_a_past_has_the_curve_of_the_company(self):
        judged = judgement.Judgement([paid(1, 10, 40), paid(2, 20, 40)])
        self.assertEqual(judged.curve(99), judged.curve(98))
        self.assertIn(judged.outlook(99, 0).days, range(10, 21))
        self.assertEqual(judged.habits(99), (0, 0, 0))

    def test_nothing_known_at_all(self):
        outlook = judgement.Judgement([]).outlook(1, -30)
        self.assertTrue(0 < outlook.late < 1)
        self.assertGreater(outlook.days, 30)

    def test_days_that_have_passed_count(self):
        judged = judgement.Judgement([paid(1, 5, 30), paid(1, 60, 10)])
        self.assertEqual(judged.outlook(1, 0).days, 5)
        self.assertEqual(
            judged.outlook(1, 20).days, 40, "it did not come on the fifth: it comes on the sixtieth"
        )
        self.assertEqual(judged.outlook(1, 20).late, 1.0)

    def test_items_still_open_count_for_the_days_they_lasted(self):
        waiting = Experience(1, 90, False, 20.0, 20.0, 20)
        optimist = judgement.Judgement([paid(1, 5, 20)])
        realist = judgement.Judgement([paid(1, 5, 20), waiting])
        self.assertGreater(optimist.outlook(1, 0).within, 0.9)
        self.assertLess(realist.outlook(1, 0).within, 0.6)

    def test_probabilities_of_the_days_sum_up(self):
        judged = judgement.Judgement([paid(1, 3, 7), paid(1, 12, 5), paid(2, 30, 9)])
        parts = [judged.paid_between(1, 0, first, first + 6) for first in range(1, 85, 7)]
        self.assertAlmostEqual(sum(parts), judged.paid_between(1, 0, 1, 84))
        self.assertTrue(all(0 <= part <= 1 for part in parts))

    def test_calibrated_on_what_came_of_it(self):
        self.assertEqual(judgement.calibration([]), (0.0, 1.0))
        # What was said to be late in half of the cases was late in a tenth.
        shift, slope = judgement.calibration([(0.5, 100, 900), (0.9, 500, 500)])
        judged = judgement.Judgement([paid(1, 0, 50)], (shift, slope))
        plain = judgement.Judgement([paid(1, 0, 50)])
        self.assertLess(judged.outlook(1, -30).late, plain.outlook(1, -30).late)

    def test_late_falls_as_the_due_date_is_far_and_nothing_is_lost(self):
        judged = judgement.Judgement([paid(1, -10, 20), paid(1, 10, 20)])
        early, close = judged.outlook(1, -20).late, judged.outlook(1, -2).late
        self.assertGreater(close, early, "those that pay in time would mostly have paid by now")

    def test_a_week(self):
        sure = judgement.week([(100, 1.0)])
        self.assertEqual(sure.amount, 100)
        self.assertTrue(sure.low < 100 < sure.high)
        promised = judgement.week([], 500)
        self.assertEqual(promised, (500, 500, 500))
        self.assertEqual(judgement.week([]), (0, 0, 0))

    def test_habits(self):
        judged = judgement.Judgement([paid(1, -3, 2), paid(1, 4, 3), paid(1, 50, 1)])
        self.assertEqual(judged.habits(1), (6, 4, 4))
