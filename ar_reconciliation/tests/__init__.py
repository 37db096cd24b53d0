from . import (
    test_rules_calendar,
    test_rules_sampling,
    test_statement_run,
)
