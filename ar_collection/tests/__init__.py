from . import (
    test_collection_case,
    test_contact_log,
    test_health_check,
    test_letter_promise,
    test_rules_priority,
    test_tours,
    test_unreached,
    test_worklist,
)
