from . import (
    ar_forecast,
    ar_forecast_item,
    ar_forecast_week,
    ar_home,
    ar_kpi,
    ar_overview,
    ar_warning,
    ar_warning_rule,
    ar_warning_threshold,
)
