from datetime import date, timedelta

from odoo.tests import BaseCase

from ..rules import warning
from ..rules.warning import RULES, Facts, Habit, Warned

USUAL = {rule.code: rule.threshold for rule in RULES}
QUIET = Facts(
    limit_used=50,
    slower=2,
    first_delay=3,
    order_spike=110,
    fewer_orders=90,
    part_payments=0,
    bounced=0,
    grade_fell=0,
    ending=200,
    broken=0,
    unreached=1,
    old_drafts=3,
    concentration=5,
)


class TestWarningRules(BaseCase):
    """Each rule warns of what it is for, and of nothing else."""

    def test_quiet(self):
        self.assertEqual(warning.findings(QUIET, USUAL), {})
        self.assertEqual(warning.findings(Facts(), USUAL), {}, "what is not known warns of nothing")

    def test_each_rule_alone(self):
        self.assertEqual({rule.code for rule in RULES}, set(Facts._fields))
        for rule in RULES:
            facts = QUIET._replace(**{rule.code: rule.threshold})
            self.assertEqual(set(warning.findings(facts, USUAL)), {rule.code}, "the threshold itself warns")

    def test_only_the_rules_in_force(self):
        self.assertEqual(warning.findings(QUIET._replace(bounced=3), {'slower': 10}), {})

    def test_slower(self):
        usual = Habit(items=12, late=2, spread=8)
        self.assertAlmostEqual(warning.slower(Habit(4, 22), usual), 20 - 1.2533 * 3.1213 * 0.57735, 2)
        self.assertIsNone(warning.slower(Habit(1, 22), usual), "one item is no habit")
        self.assertIsNone(warning.slower(Habit(4, 22), Habit(4, 2, 8)), "not known well enough")
        even, uneven = (Habit(12, 2, spread) for spread in (0, 80))
        self.assertGreater(warning.slower(Habit(4, 22), even), 12)
        self.assertLess(warning.slower(Habit(4, 22), uneven), 0, "within its ups and downs")

    def test_first_delay(self):
        self.assertEqual(warning.first_delay(9, 2, 20, 2), 7)
        self.assertEqual(warning.first_delay(9, -3, 20, 0), 9, "always paid early")
        self.assertIsNone(warning.first_delay(9, 2, 20, 3), "not a good payer")
        self.assertIsNone(warning.first_delay(9, 2, 4, 0), "not known well enough")
        self.assertIsNone(warning.first_delay(9, 9, 20, 2), "was as late before")

    def test_of_usual(self):
        self.assertEqual(warning.of_usual(300, 200), 150)
        self.assertIsNone(warning.of_usual(300, 0))

    def test_more_parts(self):
        self.assertEqual(warning.more_parts(2, 0, 60, 360), 2)
        self.assertEqual(warning.more_parts(2, 12, 60, 360), 0, "always pays so")

    def test_judged_by_what_followed(self):
        day = date(2024, 1, 1)
        defaults = {1: day + timedelta(days=100), 2: day + timedelta(days=300), 4: day}
        warned = [
            Warned(1, 'slower', day),
            Warned(1, 'bounced', day + timedelta(days=40)),
            Warned(2, 'slower', day),  # too early to be right
            Warned(3, 'slower', day),
            Warned(4, 'slower', day),  # on the day itself: says nothing
        ]
        result = warning.judged(warned, defaults, 180)
        self.assertEqual(result, (4, 2, 1, 100))
        self.assertEqual(result.false, 2)
        self.assertIsNone(warning.judged([], defaults, 180).days_early)
