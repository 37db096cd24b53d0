from . import (
    test_campaign,
    test_confirmation,
    test_health_check,
    test_portal_pay,
    test_portal_rights,
    test_portal_tours,
    test_rules_calendar,
    test_rules_sampling,
    test_statement_run,
)
