"""The table of the hold rules: one row says everything about a rule. Another addon appends rows of its own
(``ar.credit.rule._hold_rules``).

A sentence and a remedy are functions of the reason that is read (``ar.credit.decision.reason``).
``reason.data`` holds the figures of the check by their names in ``rules.hold.Figures``, the facts of other
addons by theirs, the rule's thresholds, and

    over_by, available: of the verdict;
    holds: [reason, who placed it];
    invoices: [id, number, open, due] of the open items, what fell due first before the rest;
    group: the credit group's name.

Amounts are named to those only who may see receivables (``reason._sees_amounts``).
"""

from odoo.tools.translate import LazyTranslate

from .rules import hold
from .rules.hold import HoldRule, Threshold

_lt = LazyTranslate(__name__)


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
    if not reason._sees_amounts():
        return reason.env._("The customer is new: no credit decision has been made yet.")
    return reason.env._(
        "The customer is new: without a credit decision it may owe %(max)s, and with this order it would owe "
        "%(total)s.",
        max=reason._format_money(reason.data['max_amount']),
        total=reason._format_money(reason.data['net_exposure'] + reason.data['added']),
    )


def _no_credit(reason):
    return reason.env._("The customer's credit grade gives no credit: the order must be paid in advance.")


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


def _category_limit(reason):
    sees_amounts = reason._sees_amounts()
    return ' '.join(
        reason.env._(
            "The order contains %(amount)s of %(category)s; %(max)s may be sold on credit in one order.",
            category=name,
            amount=reason._format_money(amount),
            max=reason._format_money(most),
        )
        if sees_amounts
        else reason.env._("The order contains too much of %s to be sold on credit.", name)
        for name, amount, most in reason.data['category_amounts']
        if amount > most
    )


def _previous_order(reason):
    names = [name for name, days in reason.data['unpaid_orders'] if days >= reason.data['max_days']]
    return reason.env._(
        "Earlier orders are delivered or invoiced and not paid: %(count)s (%(names)s); %(max)s are allowed.",
        count=len(names),
        names=', '.join(names[:5]),
        max=reason.data['max_count'],
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


# === What would meet a rule, where nothing releases the order as a whole ===


def ask(reason):
    """The remedy of a rule that the order itself cannot meet."""
    return reason._ask()


def _lift(reason):
    people = ', '.join(sorted({user for _why, user in reason.data['holds']})) or reason._deciders()
    return reason.env._("The hold is lifted by %s, once its reason is settled.", people)


def _renew(reason):
    return reason.env._("%s renews it in the customer's credit file.", reason._deciders())


def _assess(reason):
    return reason.env._("%s assesses the customer and grants a limit.", reason._deciders())


def _prepay(reason):
    return reason.env._("The customer prepays the order in full.")


def _pay_or_reduce(reason):
    over = reason.data['over_by']
    if not (reason._sees_amounts() and over):
        return reason.env._(
            "The customer pays open invoices or prepays a part of this order, or the order is reduced."
        )
    return reason.env._(
        "The customer pays or prepays %(over)s, or the order is reduced by as much.",
        over=reason._format_money(over),
    )


def _pay_orders(reason):
    return reason.env._("The customer pays the earlier orders first.")


def _split(reason):
    return reason.env._("The order is split or reduced.")


def _shorten_terms(reason):
    return reason.env._("Shorter payment terms, or prepayment.")


def _lower_discount(reason):
    return reason.env._("A smaller discount.")


def _pay_something(reason):
    return reason.env._("The customer makes a payment%s.", reason._name_invoices())


def _pay_overdue(reason):
    return reason.env._(
        "The customer pays what is overdue longest%s.",
        reason._name_invoices(overdue=reason.data['max_days']),
    )


# In the order in which reasons are given. What is set to hold here binds from the first day.
RULES = (
    HoldRule(
        'on_hold', 10, 'hold', hold.is_on_hold,
        _lt("Customer is on hold"), _on_hold, _lift,
        of_any_amount=True,
    ),
    HoldRule(
        'limit_expired', 20, 'hold', hold.is_limit_expired,
        _lt("Credit limit has expired"), _limit_expired, _renew,
    ),
    HoldRule(
        'file_expired', 30, 'warn', hold.is_file_expired,
        _lt("Credit file has expired"), _file_expired, _renew,
    ),
    HoldRule(
        'no_file', 40, 'hold', hold.is_unknown,
        _lt("New customer without credit file"), _no_file, _assess,
        {'max_amount': Threshold(1000, _lt("May owe"))},
    ),
    HoldRule(
        'no_credit', 45, 'hold', hold.is_without_credit,
        _lt("Credit grade without credit"), _no_credit, _prepay,
    ),
    HoldRule(
        'credit_limit', 50, 'hold', hold.is_over_limit,
        _lt("Credit limit exceeded"), _credit_limit, _pay_or_reduce,
        {'tolerance_pct': Threshold(0, _lt("May be exceeded by"))},
    ),
    HoldRule(
        'limit_share', 60, 'warn', hold.is_share_used,
        _lt("Share of the limit used"), _limit_share, _pay_or_reduce,
        {'max_pct': Threshold(80, _lt("Of the limit"))},
    ),
    HoldRule(
        'order_value', 70, 'none', hold.is_order_too_large,
        _lt("Value of a single order"), _order_value, _split,
        {'max_amount': Threshold(100000, _lt("Order total"))},
        of_order=True,
    ),
    HoldRule(
        'category_limit', 72, 'none', hold.is_category_too_large,
        _lt("Limit of a product category"), _category_limit, _split,
        facts=('category_amounts',), of_order=True,
    ),
    HoldRule(
        'previous_order', 75, 'none', hold.is_previous_order_unpaid,
        _lt("Earlier order not paid"), _previous_order, _pay_orders,
        {
            'max_count': Threshold(0, _lt("Unpaid orders")),
            'max_days': Threshold(0, _lt("Counts from day")),
        },
        ('unpaid_orders',),
    ),
    HoldRule(
        'oldest_open_item', 80, 'hold', hold.is_overdue_too_long,
        _lt("Oldest overdue item"), _oldest_open_item, _pay_overdue,
        {
            'max_days': Threshold(30, _lt("Days overdue")),
            'min_amount': Threshold(0, _lt("Counts from")),
        },
    ),
    HoldRule(
        'overdue_ratio', 90, 'none', hold.is_too_much_overdue,
        _lt("Share of the balance overdue"), _overdue_ratio, _pay_overdue,
        {
            'max_days': Threshold(30, _lt("Days overdue")),
            'max_pct': Threshold(40, _lt("Of the balance")),
        },
    ),
    HoldRule(
        'last_payment', 100, 'none', hold.is_payment_long_ago,
        _lt("Days since the last payment"), _last_payment, _pay_something,
        {'max_days': Threshold(90, _lt("Days since the last payment"))},
        ('last_payment',),
    ),
    HoldRule(
        'dunning_level', 110, 'none', hold.is_dunned_too_far,
        _lt("Dunning level"), _dunning_level, ask,
        {'max_level': Threshold(2, _lt("Dunning level"))},
        ('dunning_level',),
    ),
    HoldRule(
        'terms', 130, 'hold', hold.is_term_too_long,
        _lt("Payment terms longer than allowed"), _terms, _shorten_terms,
        of_order=True,
    ),
    HoldRule(
        'discount', 140, 'none', hold.is_discount_too_large,
        _lt("Discount above the grade's maximum"), _discount, _lower_discount,
        of_order=True,
    ),
)  # fmt: skip


def rule(code, outcome='hold', **thresholds):
    """Return one of ``RULES`` in force."""
    return next(row for row in RULES if row.code == code).in_force(outcome, **thresholds)
