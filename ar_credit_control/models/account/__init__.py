from . import ar_credit_account_behaviour
