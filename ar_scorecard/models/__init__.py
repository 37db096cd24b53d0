from . import (
    ar_approval_rule,
    ar_commission_assignment,
    ar_commission_line,
    ar_commission_plan,
    ar_commission_statement,
    ar_commission_tier,
    ar_sales_reconciliation,
    ar_score_attainment,
    ar_score_card,
    ar_score_correction,
    ar_score_target,
)
