"""What removing the addon leaves to do."""

from .models.ar_credit_rule import PAYMENT_INDEX


def uninstall_hook(env):
    """Nothing knows the rule any more: delete what companies, and drafts of other addons, have set for it."""
    for model in env.registry.descendants(['ar.credit.rule'], '_inherit'):
        env[model].sudo().search([('code', '=', PAYMENT_INDEX.code)]).unlink()
