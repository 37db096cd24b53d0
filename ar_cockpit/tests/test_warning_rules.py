from odoo.tests import BaseCase

from ..rules import warning
from ..rules.warning import RULES, Facts

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
        self.assertEqual(warning.slower((2, 100, 1500), (5, 1000, 2000)), 13)
        self.assertIsNone(warning.slower((1, 100, 1500), (5, 1000, 2000)), "one receipt is no habit")
        self.assertIsNone(warning.slower((2, 100, 1500), (4, 1000, 2000)))

    def test_first_delay(self):
        self.assertEqual(warning.first_delay(9, 20, 2), 9)
        self.assertIsNone(warning.first_delay(9, 20, 3), "not a good payer")
        self.assertIsNone(warning.first_delay(9, 4, 0), "not known well enough")
        self.assertIsNone(warning.first_delay(0, 20, 0))

    def test_of_usual(self):
        self.assertEqual(warning.of_usual(300, 30, 3650, 365), 100)
        self.assertIsNone(warning.of_usual(300, 30, 0, 365))
        self.assertIsNone(warning.of_usual(300, 30, 100, 100), "too short a past")
