from . import (
    test_assessment,
    test_assessment_paper,
    test_assessment_tour,
    test_payment_behaviour,
    test_payment_index_rule,
    test_review,
    test_rules_scoring,
    test_scorecard,
)
