from . import ar_forecast, ar_forecast_item, ar_forecast_week, ar_home, ar_kpi, ar_overview
