from . import (
    ar_doubtful_transfer,
    ar_health_check,
    ar_month_end,
    ar_provision_override,
    ar_provision_reverse,
    ar_provision_rollforward,
    ar_provision_what_if,
)
