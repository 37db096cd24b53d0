from . import ar_credit_decide, ar_credit_recalculate, ar_health_check
