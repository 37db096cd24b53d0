from . import ar_home, ar_kpi
