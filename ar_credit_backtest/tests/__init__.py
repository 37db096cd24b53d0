from . import (
    test_backtest,
    test_backtest_policy,
    test_backtest_tour,
    test_rules_backtest,
)
