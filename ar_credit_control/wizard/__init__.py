from . import ar_credit_decide
