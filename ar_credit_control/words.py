"""What is said about a refusal. How each hold rule is put to people is in ``hold_rules``."""

from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)


# === The situation of a customer ===


def situation(env, account, check):
    """Return one line: what is left, what is overdue. Amounts for those only who may see receivables."""
    _, figures, available = env._, check.figures, check.verdict.available
    parts = []
    if available is None:
        parts.append(_("No credit limit is checked."))
    elif env['ar.credit.decision.reason']._sees_amounts():
        money = account.currency_id.format
        limit = figures.group_limit if figures.limit is None else figures.limit
        parts.append(
            _(
                "%(left)s of the credit limit of %(limit)s is left.",
                left=money(float(max(available, 0))),
                limit=money(float(limit)),
            )
            if available >= 0
            else _(
                "The credit limit of %(limit)s is exceeded by %(over)s.",
                limit=money(float(limit)),
                over=money(float(-available)),
            )
        )
    elif available < 0:
        parts.append(_("The credit limit is exceeded."))
    if figures.oldest_overdue_days > 0:
        parts.append(_("The oldest open item is %s days overdue.", figures.oldest_overdue_days))
    return ' '.join(parts)


# === Refusals ===

ON_REVIEW = _lt("Thank you for your order. We are reviewing it and will get back to you.")
ON_HOLD = _lt(
    "%(order)s for %(customer)s is on credit hold: %(reasons)s. A credit controller can release it, or "
    "open the order and press Confirm to see what would release it."
)


def labels(rules, lang):
    """Return the names of rules in force, as text."""
    return ', '.join(rule.kind.label._translate(lang) for rule in rules)


def refusal(checks, lang, is_colleague):
    """Return the text of a refusal: the reasons are for colleagues only. Reads no database."""
    if not is_colleague:
        return ON_REVIEW._translate(lang)
    return '\n'.join(
        ON_HOLD._translate(lang)
        % {
            'order': check.order,
            'customer': check.customer,
            'reasons': labels(check.verdict.holding, lang),
        }
        for check in checks
    )


def notification(title, message, sticky=False, then=None):
    """Return an action that shows a warning and goes on with ``then``; default: the page is read again."""
    return {
        'type': 'ir.actions.client',
        'tag': 'display_notification',
        'params': {
            'type': 'warning',
            'title': title,
            'message': message,
            'sticky': sticky,
            'next': then or {'type': 'ir.actions.client', 'tag': 'soft_reload'},
        },
    }
