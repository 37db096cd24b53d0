from . import ar_credit_decide, ar_credit_policy_apply
