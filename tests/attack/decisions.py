"""To release, or have released, what others decide."""

from . import makers as m
from .case import ASK, AWAY, CONFIRM, NOT_SOLD, Case, by, call, line, release, write

DECISIONS = [
    Case("a seller releases", 'sales', m.held, (release(),), NOT_SOLD),
    Case("a collector releases", 'collector', m.held, (release(),), NOT_SOLD),
    Case("an accountant releases", 'accountant', m.held, (release(),), NOT_SOLD),
    Case(
        "a seller releases by the wizard",
        'sales',
        m.held,
        (
            call(
                'ar.credit.decide',
                'create',
                {'decision_ids': [(6, 0, ['<decision>'])], 'answer': 'release', 'note': "Fine"},
            ),
        ),
        NOT_SOLD,
    ),
    Case(
        "a controller releases what the manager decides", 'controller', m.held_large, (release(),), NOT_SOLD
    ),
    Case("a manager outside the matrix releases", 'manager2', m.held_large, (release(),), NOT_SOLD),
    Case("a manager of another company releases", 'foreign', m.held, (release(),), NOT_SOLD),
    Case(
        "an order grows before its release",
        'controller',
        m.held,
        (by('sales', line(price_unit=500_000)), release()),
        NOT_SOLD,
    ),
    Case(
        "an order grows and is asked again before its release",
        'controller',
        m.held,
        (by('sales', line(price_unit=500_000)), by('sales', ASK), release()),
        NOT_SOLD,
    ),
    Case(
        "a release without bounds is grown into",
        'controller',
        m.held,
        (release(tolerance_pct=1e9, valid_until='2999-12-31'), by('sales', line(price_unit=5_000_000))),
        "SELECT COALESCE(SUM(price_unit), 0) < 10000 FROM sale_order_line WHERE order_id = %(order)s"
        " AND state = 'sale'",
    ),
    Case(
        "a leader releases a colleague's order that he changed",
        'ctrlsales',
        m.held,
        (line(price_unit=6000), ASK, release()),
        NOT_SOLD,
    ),
    Case(
        "a decision is written",
        'controller',
        m.held,
        (write('ar.credit.decision', 'decision', state='released', amount=1e9), by('sales', CONFIRM)),
        NOT_SOLD,
    ),
    Case(
        "a decision is deleted",
        'controller',
        m.held,
        (call('ar.credit.decision', 'unlink', ['<decision>']),),
        "SELECT count(*) = 1 FROM ar_credit_decision WHERE id = %(decision)s",
    ),
    Case(
        "nobody of the matrix is left, and another controller releases",
        'controller',
        m.held_orphan,
        (release(),),
        NOT_SOLD,
    ),
    Case(
        "a controller becomes the manager's stand-in by a write",
        'controller',
        m.held_large_delegation,
        (
            write('ar.approval.delegation', 'delegation', user_id='<manager>', delegate_id='<controller>'),
            release(),
        ),
        "SELECT user_id != %(manager)s FROM ar_approval_delegation WHERE id = %(delegation)s",
    ),
    Case(
        "a controller becomes the manager's stand-in and sells",
        'controller',
        m.held_large_delegation,
        (
            write('ar.approval.delegation', 'delegation', user_id='<manager>', delegate_id='<controller>'),
            release(),
        ),
        NOT_SOLD,
    ),
    Case(
        "a controller delegates for the manager",
        'controller',
        m.held_large,
        (
            call(
                'ar.approval.delegation',
                'create',
                {
                    'user_id': '<manager>',
                    'delegate_id': '<controller>',
                    'date_from': '2020-01-01',
                    'date_to': AWAY,
                },
            ),
            release(),
        ),
        NOT_SOLD,
    ),
    Case(
        "a controller delegates for the manager by the context",
        'controller',
        m.held_large,
        (
            call(
                'ar.approval.delegation',
                'create',
                {'delegate_id': '<controller>', 'date_from': '2020-01-01', 'date_to': AWAY},
                context={'default_user_id': '<manager>'},
            ),
            release(),
        ),
        NOT_SOLD,
    ),
    Case(
        "a controller rewrites the matrix",
        'controller',
        m.held_large,
        (write('ar.approval.rule', 'rule', user_ids=[(4, '<controller>')]), release()),
        NOT_SOLD,
    ),
    Case(
        "a controller takes the manager's group",
        'controller',
        m.held_large,
        (call('res.users', 'write', ['<controller>'], {'group_ids': [(4, '<group_manager>')]}), release()),
        NOT_SOLD,
    ),
    Case(
        "a controller turns four eyes off",
        'controller',
        m.buyer,
        (call('res.company', 'write', ['<company>'], {'ar_four_eyes': False}),),
        "SELECT ar_four_eyes FROM res_company WHERE id = %(company)s",
    ),
    Case(
        "a controller writes the held order's history away",
        'controller',
        m.held,
        (call('mail.message', 'unlink', '<messages>'),),
        "SELECT count(*) > 0 FROM mail_message WHERE model = 'sale.order' AND res_id = %(order)s",
    ),
    Case(
        "a seller deletes the note about the hold",
        'sales',
        m.held,
        (call('mail.message', 'unlink', '<messages>'),),
        "SELECT count(*) > 0 FROM mail_message WHERE model = 'sale.order' AND res_id = %(order)s"
        " AND body LIKE '%%credit hold%%'",
    ),
]

WAIVE = {'charge_ids': [(6, 0, ['<charge>'])], 'reason': "Good customer"}
LARGE = [
    Case(
        f"{role} {word} alone",
        role,
        m.large_debt,
        calls,
        holds,
    )
    for role in ('collector', 'controller', 'controller2')
    for word, calls, holds in (
        (
            "offers a large plan",
            (
                call('ar.payment.plan', 'action_offer', ['<plan>']),
                write('ar.payment.plan', 'plan', state='offered'),
            ),
            "SELECT state = 'draft' FROM ar_payment_plan WHERE id = %(plan)s",
        ),
        (
            "refers a large case",
            (call('ar.collection.case', 'action_refer', ['<case>']),),
            "SELECT state = 'draft' FROM ar_collection_case WHERE id = %(case)s",
        ),
        (
            "waives a large charge",
            (
                call('ar.charge.waive', 'create', WAIVE, keep='wizard'),
                call('ar.charge.waive', 'action_propose', ['<wizard>']),
                call('ar.charge.waive', 'action_waive', ['<wizard>']),
            ),
            "SELECT state = 'memo' FROM ar_interest_charge WHERE id = %(charge)s",
        ),
    )
]
DECISIONS += LARGE
