"""From the order to the decision: what is stopped, why, and what became of it."""

from . import (
    ar_credit_decision,
    ar_credit_decision_reason,
    ar_credit_rule,
    payment_transaction,
    sale_order,
    sale_order_amounts,
    sale_order_line,
)
