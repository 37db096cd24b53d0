from . import (
    ar_charge_allocation,
    ar_charge_allocation_line,
    ar_charge_run,
    ar_charge_run_line,
    ar_charge_waive,
    ar_health_check,
)
