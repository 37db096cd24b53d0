from . import (
    test_address,
    test_credit_account,
    test_effect,
    test_letter_pdf,
    test_portal_letter,
    test_report_rtl,
    test_rules_draft,
    test_rules_effect,
    test_run,
    test_sending_channels,
    test_sending_mail,
    test_tours,
)
