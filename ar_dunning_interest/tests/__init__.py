from . import (
    test_charge_run,
    test_health_check,
    test_interest_charges,
    test_interest_items,
    test_interest_letters,
    test_rules_interest,
)
