from . import (
    test_collection_case,
    test_contact_log,
    test_desk,
    test_effect,
    test_rules_effect,
    test_rules_priority,
    test_run,
    test_tours,
)
