from . import ar_health_customer_mixin  # isort: skip -- what others inherit
from . import (
    account_move_reversal,
    ar_aging_bridge,
    ar_aging_compare,
    ar_credit_move,
    ar_health_check,
    ar_hold_lift,
    ar_journal_audit,
    ar_month_end,
    ar_statement_print,
    base_partner_merge_automatic_wizard,
)
