from . import (
    test_assessment,
    test_assessment_tour,
    test_payment_behaviour,
    test_review,
    test_rules_scoring,
    test_scorecard,
)
