from . import (
    test_campaign,
    test_confirmation,
    test_difference,
    test_order_to_cash,
    test_period,
    test_rules_calendar,
    test_rules_period,
    test_rules_sampling,
    test_sign,
    test_statement_run,
    test_tours,
)
