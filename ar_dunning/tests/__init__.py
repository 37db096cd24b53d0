from . import test_interest_charges, test_interest_items, test_interest_letters, test_rules_interest, test_run
