from . import (
    test_approval,
    test_bad_input,
    test_change,
    test_concurrency,
    test_decision,
    test_doors,
    test_gate,
    test_query_count,
    test_recheck,
    test_rights,
    test_rules,
    test_tours,
)
