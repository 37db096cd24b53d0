from .models.ar_credit_rule import PAYMENT_INDEX


def uninstall_hook(env):
    """Nothing knows the rule any more: delete what companies and drafts have set for it."""
    for model in ('ar.credit.rule', 'ar.credit.policy.line'):
        if model in env:
            env[model].sudo().search([('code', '=', PAYMENT_INDEX.code)]).unlink()
