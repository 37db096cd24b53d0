from . import (
    test_aging_scheme,
    test_credit_account,
    test_open_item,
    test_rules_aging,
    test_snapshot,
    test_tours,
)
