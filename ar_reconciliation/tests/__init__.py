from . import (
    test_campaign,
    test_confirmation,
    test_rules_calendar,
    test_rules_sampling,
    test_statement_run,
)
