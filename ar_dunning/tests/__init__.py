from . import test_rules_interest
