from . import (
    test_difference,
    test_order_to_cash,
    test_period,
    test_rules_period,
    test_sign,
    test_tours,
)
