from . import (
    ar_credit_decide,
    ar_credit_exposure_line,
    ar_credit_invoice_decide,
    ar_credit_recalculate,
    ar_credit_recalculate_line,
    ar_credit_request,
    ar_health_check,
)
