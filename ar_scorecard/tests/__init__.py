from . import (
    test_commission,
    test_commission_generated,
    test_commission_rules,
    test_score_card,
    test_score_rules,
)
