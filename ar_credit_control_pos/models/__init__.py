from . import (
    account_move,
    ar_credit_account,
    ar_credit_decision,
    pos_order,
    pos_payment,
    pos_payment_method,
    sale_order,
    sale_order_line,
)
