from . import ar_credit_recalculate
