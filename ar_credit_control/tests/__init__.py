from . import (
    test_approval,
    test_available_credit,
    test_bad_input,
    test_binding_rules,
    test_change,
    test_change_direct,
    test_concurrency,
    test_credit_check,
    test_decision,
    test_entry_points,
    test_exposure,
    test_exposure_documents,
    test_exposure_orders,
    test_health_check,
    test_import_limits,
    test_invoice_check,
    test_order_screen,
    test_query_count,
    test_recheck,
    test_release,
    test_rights,
    test_rules_hold,
    test_scale,
    test_security,
    test_seller_sequences,
    test_tours,
    test_tours_languages,
    test_unforgeable,
    test_wizards,
    test_work_list,
)

try:
    from . import test_random_days
except ModuleNotFoundError as missing:
    # It makes its days with hypothesis, which an Odoo does not bring: a partner's own runs do without them.
    if missing.name != 'hypothesis':
        raise
    from . import without_hypothesis
