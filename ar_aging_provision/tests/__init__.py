from . import (
    test_charts,
    test_concurrency,
    test_loss_study,
    test_policy,
    test_rollforward,
    test_rules_entries,
    test_rules_loss_rates,
    test_rules_matrix,
    test_run,
    test_run_job,
    test_tours,
    test_write_off,
)
