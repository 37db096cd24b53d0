from . import (
    test_payment_plan,
    test_portal,
    test_promise,
    test_promise_concurrency,
    test_rules_instalments,
    test_rules_promise,
    test_tours,
)
