# In the order in which one stands on the other.
from . import account, approval, gate  # isort: skip
from . import (
    account_account,
    account_move,
    account_move_line,
    account_partial_reconcile,
    account_payment_term,
    ar_credit_demo,
    ar_dispute,
    ar_hold,
    res_company,
    res_config_settings,
)
