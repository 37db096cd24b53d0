from . import (
    ar_credit_account,
    ar_forecast,
    ar_forecast_item,
    ar_forecast_week,
    ar_home,
    ar_kpi,
    ar_overview,
    ar_warning,
    ar_warning_check,
    ar_warning_check_line,
    ar_warning_rule,
    ar_warning_threshold,
)
