from . import (
    test_brief,
    test_brief_rules,
    test_forecast,
    test_judgement_rules,
    test_kpi,
    test_kpi_rules,
    test_overview,
    test_tours,
    test_warning,
    test_warning_rules,
)
