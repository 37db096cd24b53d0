from . import (
    test_charge_run,
    test_dispute,
    test_interest_charges,
    test_interest_items,
    test_interest_letters,
    test_payment_plan,
    test_portal,
    test_promise,
    test_rules_instalments,
    test_rules_interest,
    test_rules_promise,
    test_run,
)
