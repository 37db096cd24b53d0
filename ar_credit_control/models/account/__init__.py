"""The credit file: limits, securities, exposure and its documents."""

from . import (
    ar_credit_account,
    ar_credit_account_calendar,
    ar_credit_account_documents,
    ar_credit_account_exposure,
    ar_credit_account_portal,
    ar_credit_account_secured,
    ar_credit_account_standing,
    ar_credit_account_summary,
    ar_credit_account_verdict,
    ar_credit_exposure_line,
    ar_credit_grade,
    ar_credit_group,
    ar_credit_security,
)
