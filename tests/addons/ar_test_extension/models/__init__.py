from . import ar_credit_account, ar_credit_rule, ar_test_consignment
