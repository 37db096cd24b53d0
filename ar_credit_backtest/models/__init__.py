from . import (
    ar_credit_backtest,
    ar_credit_backtest_customer,
    ar_credit_backtest_line,
    ar_credit_policy,
    ar_credit_policy_grade,
    ar_credit_policy_line,
)
