from . import ar_credit_policy_apply
