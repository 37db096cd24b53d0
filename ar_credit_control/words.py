"""How hold rules are put to people: what they are called, what is wrong, what would release the order.

A sentence and a remedy are functions of the reason that is read (``ar.credit.decision.reason``).
``reason.data`` holds the figures of the check by their names in ``rules.hold.Figures``, the rule's
thresholds, and

    over_by, available: of the verdict;
    holds: [reason, who placed it];
    invoices: the open items that fell due first;
    group: the credit group's name.

Amounts are named to those only who may see receivables (``reason._sees_amounts``).
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import NamedTuple

from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)


class Words(NamedTuple):
    """How a hold rule is put to people. ``remedy`` names the cheapest way first; False = nothing to do."""

    label: object
    sentence: Callable
    remedy: Callable


# === What is wrong ===


def _on_hold(reason):
    return reason.env._("The customer is on hold: %s.", '; '.join(why for why, _user in reason.data['holds']))


def _limit_expired(reason):
    return reason.env._(
        "The credit limit expired on %s.", reason._format_date(reason.data['limit_valid_until'])
    )


def _file_expired(reason):
    return reason.env._(
        "The credit file was due for review on %s.", reason._format_date(reason.data['file_valid_until'])
    )


def _no_file(reason):
    return reason.env._("The customer is new: no credit decision has been made yet.")


def _credit_limit(reason):
    _, data, money = reason.env._, reason.data, reason._format_money
    if not reason._sees_amounts():
        return _("With this order the customer exceeds its credit limit.")
    if _is_group_tighter(data):
        return _(
            "The order of %(document)s on top of %(exposure)s already owed by the credit group %(group)s "
            "exceeds the group's limit of %(limit)s by %(over)s.",
            group=data['group'],
            document=money(data['added']),
            exposure=money(data['group_exposure']),
            limit=money(data['group_limit']),
            over=money(data['over_by']),
        )
    return _(
        "The order of %(document)s on top of %(exposure)s already open exceeds the credit limit of "
        "%(limit)s by %(over)s.",
        document=money(data['added']),
        exposure=money(data['net_exposure']),
        limit=money(data['limit']),
        over=money(data['over_by']),
    )


def _is_group_tighter(data):
    """Tell whether the credit group has less credit left than the customer itself."""
    if data['group_limit'] is None:
        return False
    left = data['group_limit'] - data['group_exposure']
    return data['limit'] is None or data['limit'] - data['net_exposure'] > left


def _limit_share(reason):
    data = reason.data
    return reason.env._(
        "With this order %(share).0f %% of the credit limit is used; the warning threshold is %(max).0f %%.",
        share=100 * (data['net_exposure'] + data['added']) / data['limit'],
        max=data['max_pct'],
    )


def _order_value(reason):
    if not reason._sees_amounts():
        return reason.env._("The order is too large for a single order.")
    return reason.env._(
        "The order's total of %(total)s is above the %(max)s allowed for a single order.",
        total=reason._format_money(reason.data['order_value']),
        max=reason._format_money(reason.data['max_amount']),
    )


def _oldest_open_item(reason):
    return reason.env._(
        "The oldest open item is %(days)s days overdue; %(max)s days are allowed.",
        days=reason.data['oldest_overdue_days'],
        max=reason.data['max_days'],
    )


def _overdue_ratio(reason):
    data = reason.data
    return reason.env._(
        "%(share).0f %% of the balance is more than %(days)s days overdue; %(max).0f %% is allowed.",
        share=100 * data['overdue_beyond'] / data['balance'],
        days=data['max_days'],
        max=data['max_pct'],
    )


def _last_payment(reason):
    return reason.env._(
        "The last payment came %(days)s days ago; %(max)s days are allowed.",
        days=reason.data['days_since_payment'],
        max=reason.data['max_days'],
    )


def _dunning_level(reason):
    return reason.env._(
        "The customer's dunning level is %(level)s; %(max)s is allowed.",
        level=reason.data['dunning_level'],
        max=reason.data['max_level'],
    )


def _terms(reason):
    data = reason.data
    if data['allowed_days'] <= 0:
        return reason.env._(
            "The customer is on prepayment only; the order asks for %s days of credit.",
            data['credit_days'],
        )
    return reason.env._(
        "The order asks for %(days)s days of credit; the customer may have %(max)s.",
        days=data['credit_days'],
        max=data['allowed_days'],
    )


def _discount(reason):
    return reason.env._(
        "A discount of %(discount).4g %% is above the %(max).4g %% that the customer's grade allows.",
        discount=reason.data['discount'],
        max=reason.data['allowed_discount'],
    )


# === What would release the order ===


def ask(reason):
    """The remedy of a rule that the order itself cannot meet."""
    return reason.env._("Ask %s.", reason._deciders())


def _lift(reason):
    people = ', '.join(sorted({user for _why, user in reason.data['holds']})) or reason._deciders()
    return reason.env._("The hold is lifted by %s, once its reason is settled.", people)


def _renew(reason):
    return reason.env._("%s renews it in the customer's credit file.", reason._deciders())


def _assess(reason):
    return reason.env._("%s assesses the customer and grants a limit.", reason._deciders())


def _pay_or_reduce(reason):
    _, over = reason.env._, reason.data['over_by']
    if not (reason._sees_amounts() and over):
        return _(
            "The customer pays open invoices or prepays a part of this order, or the order is reduced. "
            "Or ask %s.",
            reason._deciders(),
        )
    return _(
        "The customer pays %(over)s%(invoices)s, or prepays %(over)s of this order, or the order is reduced "
        "to %(fits)s. Or ask %(people)s.",
        over=reason._format_money(over),
        fits=reason._format_money(max(reason.data['available'], 0)),
        invoices=reason._name_invoices(up_to=over),
        people=reason._deciders(),
    )


def _pay_if_over(reason):
    return reason._sees_amounts() and bool(reason.data['over_by']) and _pay_or_reduce(reason)


def _split(reason):
    return reason.env._("The order is split or reduced. Or ask %s.", reason._deciders())


def _shorten_terms(reason):
    return reason.env._("Shorter payment terms, or prepayment. Or ask %s.", reason._deciders())


def _lower_discount(reason):
    return reason.env._("A smaller discount. Or ask %s.", reason._deciders())


def _pay_something(reason):
    return reason.env._(
        "The customer makes a payment%(invoices)s. Or ask %(people)s.",
        invoices=reason._name_invoices(),
        people=reason._deciders(),
    )


def _pay_overdue(reason):
    data = reason.data
    due_before = date.fromisoformat(data['check_date']) - timedelta(days=data['max_days'])
    return reason.env._(
        "The customer pays what is overdue longest%(invoices)s. Or ask %(people)s.",
        invoices=reason._name_invoices(due_before=due_before.isoformat()),
        people=reason._deciders(),
    )


WORDS = {
    'on_hold': Words(_lt("Customer is on hold"), _on_hold, _lift),
    'limit_expired': Words(_lt("Credit limit has expired"), _limit_expired, _renew),
    'file_expired': Words(_lt("Credit file has expired"), _file_expired, _renew),
    'no_file': Words(_lt("New customer without credit file"), _no_file, _assess),
    'credit_limit': Words(_lt("Credit limit exceeded"), _credit_limit, _pay_or_reduce),
    'limit_share': Words(_lt("Share of the limit used"), _limit_share, _pay_if_over),
    'order_value': Words(_lt("Value of a single order"), _order_value, _split),
    'oldest_open_item': Words(_lt("Oldest overdue item"), _oldest_open_item, _pay_overdue),
    'overdue_ratio': Words(_lt("Share of the balance overdue"), _overdue_ratio, _pay_overdue),
    'last_payment': Words(_lt("Days since the last payment"), _last_payment, _pay_something),
    'dunning_level': Words(_lt("Dunning level"), _dunning_level, ask),
    'terms': Words(_lt("Payment terms longer than allowed"), _terms, _shorten_terms),
    'discount': Words(_lt("Discount above the grade's maximum"), _discount, _lower_discount),
}


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
    return ', '.join(rule.kind.words.label._translate(lang) for rule in rules)


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
