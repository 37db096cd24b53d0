from . import test_interest_charges, test_interest_items, test_rules_interest
