from . import (
    test_aging_change,
    test_aging_parts,
    test_aging_report,
    test_aging_scheme,
    test_aging_snapshot,
    test_credit_account,
    test_open_item,
    test_portal,
    test_rules_aging,
    test_rules_aging_table,
    test_tours,
)
