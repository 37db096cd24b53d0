from . import test_kpi, test_kpi_rules
