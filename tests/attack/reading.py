"""To read what is not one's own."""

from . import makers as m
from .case import Case, call


def refused(_world, _ids, answers):
    """Every call was refused, or found nothing."""
    return not any(answers)


READS = (
    [
        Case(
            f"{role} reads {model} of another customer",
            role,
            m.seeds_of('others'),
            (call(model, 'search_read', [('id', '=', f'<{model}>')], ['id']),),
            refused,
        )
        for role in ('viewer', 'sales')
        for model in (
            'ar.credit.account',
            'ar.hold',
            'ar.credit.change',
            'ar.credit.security',
            'ar.credit.decision',
            'ar.dispute',
            'ar.promise',
            'ar.payment.plan',
            'ar.dunning.block',
            'ar.dunning.notice',
            'ar.dunning.run',
            'ar.interest.charge',
            'ar.covered.item',
            'ar.collection.case',
            'ar.collection.case.item',
            'ar.contact.log',
        )
    ]
    + [
        Case(
            f"{role} reads {model}",
            role,
            m.seeds_of('own'),
            (call(model, 'search_read', [('id', '=', f'<{model}>')], ['id']),),
            refused,
        )
        for role in ('portal', 'employee', 'visitor')
        for model in (
            'ar.credit.account',
            'ar.hold',
            'ar.credit.change',
            'ar.credit.decision',
            'ar.promise',
            'ar.dispute',
            'ar.dunning.notice',
            'ar.payment.plan',
            'ar.balance.confirmation',
            'ar.journal',
        )
    ]
    + [
        Case(
            f"a manager of another company reads {model}",
            'foreign',
            m.seeds_of('own'),
            (
                call(model, 'search_read', [('id', '=', f'<{model}>')], ['id']),
                call(model, 'read', [f'<{model}>'], ['id']),
            ),
            refused,
        )
        for model in (
            'ar.credit.account',
            'ar.hold',
            'ar.credit.change',
            'ar.credit.decision',
            'ar.promise',
            'ar.dispute',
            'ar.dunning.notice',
            'ar.payment.plan',
            'ar.balance.confirmation',
            'ar.journal',
            'ar.provision.run',
            'ar.write.off',
            'ar.sales.reconciliation',
            'ar.statement.line',
        )
    ]
    + [
        Case(
            "a viewer reads the key of a payment plan",
            'viewer',
            m.seeds_of('own'),
            (call('ar.payment.plan', 'read', ['<ar.payment.plan>'], ['access_token']),),
            lambda _world, _ids, answers: not (answers[0] and answers[0][0].get('access_token')),
        ),
        Case(
            "the customer reads why its order is held",
            'portal',
            m.held_by_own,
            (call('sale.order', 'read', ['<order>'], ['credit_panel']),),
            lambda _world, _ids, answers: not (answers[0] and answers[0][0].get('credit_panel')),
        ),
        Case(
            "the customer searches its orders by credit state",
            'portal',
            m.held_by_own,
            (call('sale.order', 'search', [('id', '=', '<order>'), ('credit_state', '=', 'hold')]),),
            refused,
        ),
        Case(
            "a seller reads the company's total of receivables",
            'viewer',
            m.buyer,
            (call('ar.open.item', 'ar_tie_out'),),
            refused,
        ),
        Case(
            "an employee reads the hold rules",
            'employee',
            m.buyer,
            (call('ar.credit.rule', 'search_read', [], ['code']),),
            refused,
        ),
        Case(
            "a portal user makes a credit file",
            'portal',
            m.buyer,
            (
                call('ar.credit.account', 'action_open_for_partner', ['<fresh>']),
                call('ar.credit.account', 'action_open_for_partner', '<fresh>'),
            ),
            "SELECT count(*) = 0 FROM ar_credit_account WHERE partner_id = %(fresh)s",
        ),
    ]
)
