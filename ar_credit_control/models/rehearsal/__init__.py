"""Draft policies, tried on the past."""
from . import (
    ar_credit_policy,
    ar_credit_policy_grade,
    ar_credit_policy_line,
    ar_credit_rehearsal,
    ar_credit_rehearsal_customer,
    ar_credit_rehearsal_line,
    ar_credit_rehearsal_replay,
)
