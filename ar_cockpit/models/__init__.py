from . import ar_kpi
