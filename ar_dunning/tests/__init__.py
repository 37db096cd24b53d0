from . import (
    test_dispute,
    test_engine_rtl,
    test_payment_plan,
    test_portal,
    test_promise,
    test_promise_concurrency,
    test_promise_run,
    test_promise_tours,
    test_rules_instalments,
    test_rules_promise,
    test_run,
    test_sending,
)
