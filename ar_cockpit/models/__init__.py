from . import ar_forecast, ar_forecast_item, ar_forecast_week, ar_kpi, ar_overview
