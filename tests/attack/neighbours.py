"""What people rightly do, next to each attack: it must work, and do what it is for."""

from . import makers as m
from .case import ASK, CONFIRM, NOT_SOLD, SOLD, Case, by, call, line, new_line, order, release, write
from .decisions import WAIVE


def some(_world, _ids, answers):
    """The last call found something."""
    return bool(answers[-1])


NEIGHBOURS = [
    Case(
        "a seller writes a quotation and confirms it",
        'sales',
        m.within_limit,
        (line(price_unit=600), CONFIRM),
        SOLD,
    ),
    Case("a seller confirms by the button", 'sales', m.within_limit, (ASK,), SOLD),
    Case(
        "a seller's large order is held",
        'sales',
        m.over_limit,
        (ASK,),
        "SELECT credit_state = 'hold' FROM sale_order WHERE id = %(order)s",
    ),
    Case(
        "a seller reduces the order and it is confirmed",
        'sales',
        m.over_limit,
        (ASK, line(price_unit=900), ASK),
        SOLD,
    ),
    Case(
        "a confirmed order grows within the limit",
        'sales',
        m.confirmed,
        (new_line(50, values={'order_id': '<order>'}),),
        "SELECT count(*) = 2 FROM sale_order_line WHERE order_id = %(order)s",
    ),
    Case(
        "a confirmed order shrinks",
        'sales',
        m.confirmed,
        (line(price_unit=10),),
        "SELECT price_unit = 10 FROM sale_order_line WHERE id = %(line)s",
    ),
    Case(
        "a seller cancels and reopens",
        'sales',
        m.confirmed,
        (call('sale.order', 'action_cancel', ['<order>']), call('sale.order', 'action_draft', ['<order>'])),
        NOT_SOLD,
    ),
    Case(
        "a seller copies a quotation", 'sales', m.over_limit, (call('sale.order', 'copy', ['<order>']),), some
    ),
    Case(
        "a seller reads the panel",
        'sales',
        m.held,
        (call('sale.order', 'read', ['<order>'], ['credit_panel']),),
        some,
    ),
    Case(
        "a seller changes the terms of delivery",
        'sales',
        m.confirmed,
        (order(client_order_ref="PO 17"),),
        "SELECT client_order_ref = 'PO 17' FROM sale_order WHERE id = %(order)s",
    ),
    Case("the controller of the matrix releases", 'controller', m.held, (release(),), SOLD),
    Case("the leader releases a colleague's order", 'ctrlsales', m.held, (release(),), SOLD),
    Case("the manager of the matrix releases a large order", 'manager', m.held_large, (release(),), SOLD),
    Case(
        "the controller rejects",
        'controller',
        m.held,
        (call('ar.credit.decision', 'action_reject', ['<decision>'], note="Too much"),),
        "SELECT state = 'rejected' FROM ar_credit_decision WHERE id = %(decision)s",
    ),
    Case(
        "the controller lifts a hold with a reason, and the order goes",
        'controller',
        m.on_hold,
        (
            write('ar.hold', 'hold', lift_reason="Cleared"),
            call('ar.hold', 'action_lift', ['<hold>']),
            by('sales', CONFIRM),
        ),
        SOLD,
    ),
    Case(
        "the controller places a hold",
        'controller',
        m.buyer,
        (call('ar.hold', 'create', {'credit_account_id': '<account>', 'reason': "Late"}),),
        "SELECT count(*) = 1 FROM ar_hold WHERE credit_account_id = %(account)s AND active",
    ),
    Case(
        "a change is asked for and approved by the other",
        'controller',
        m.buyer,
        (
            call('ar.credit.change', 'action_submit', ['<change>']),
            by('controller2', call('ar.credit.change', 'action_approve', ['<change>'])),
        ),
        "SELECT credit_limit = 5000 FROM ar_credit_account WHERE id = %(account)s",
    ),
    Case(
        "a large change is approved by the manager",
        'manager',
        m.submitted_large,
        (call('ar.credit.change', 'action_approve', ['<change>']),),
        "SELECT credit_limit = 100000 FROM ar_credit_account WHERE id = %(account)s",
    ),
    Case(
        "a change is turned down",
        'controller2',
        m.submitted,
        (call('ar.credit.change', 'action_reject', ['<change>']),),
        "SELECT state = 'rejected' FROM ar_credit_change WHERE id = %(change)s",
    ),
    Case(
        "a controller delegates his own decisions",
        'controller',
        m.buyer,
        (
            call(
                'ar.approval.delegation',
                'create',
                {
                    'user_id': '<controller>',
                    'delegate_id': '<manager>',
                    'date_from': '2098-01-01',
                    'date_to': '2098-01-02',
                },
            ),
        ),
        some,
    ),
    Case(
        "a manager keeps the matrix",
        'manager',
        m.held_orphan,
        (
            call('ar.approval.rule', 'search_read', [('kind', '=', 'order')], ['min_amount']),
            write('ar.approval.rule', 'rule', escalate_days=0),
        ),
        some,
    ),
    Case(
        "a collector logs a call",
        'collector',
        m.buyer,
        (
            call(
                'ar.contact.log',
                'create',
                {'credit_account_id': '<account>', 'kind': 'call', 'outcome': 'reached', 'text': "Will pay"},
            ),
        ),
        some,
    ),
    Case(
        "a collector stops the letters to a customer",
        'collector',
        m.buyer,
        (call('ar.dunning.block', 'create', {'credit_account_id': '<account>', 'reason': "Asked"}),),
        some,
    ),
    Case(
        "a collector notes a dispute",
        'collector',
        m.seeded,
        (
            call(
                'ar.dispute',
                'create',
                {'move_id': '<account.move>', 'reason': 'quality', 'name': "Scratched", 'amount': 10},
            ),
        ),
        some,
    ),
    Case(
        "a collector opens a case",
        'collector',
        m.seeded,
        (call('ar.collection.case', 'create', {'credit_account_id': '<ar.credit.account>'}),),
        some,
    ),
    Case(
        "a collector proposes letters",
        'collector',
        m.buyer,
        (
            call(
                'ar.dunning.run', 'create', {'run_date': '2026-02-15', 'company_id': '<company>'}, keep='run'
            ),
            call('ar.dunning.run', 'action_propose', ['<run>']),
        ),
        "SELECT count(*) > 0 FROM ar_dunning_notice WHERE run_id = %(run)s",
    ),
    Case(
        "a clerk posts an invoice",
        'invonly',
        m.draft_invoice,
        (call('account.move', 'action_post', ['<move>']),),
        "SELECT state = 'posted' FROM account_move WHERE id = %(move)s",
    ),
    Case(
        "an accountant drafts a provision run",
        'accountant',
        m.seeded,
        (call('ar.provision.run', 'create', {'as_of': '2026-03-31', 'policy_id': '<ar.provision.policy>'}),),
        some,
    ),
    Case(
        "an accountant drafts a write-off",
        'accountant',
        m.seeded,
        (
            call(
                'ar.write.off', 'create', {'partner_id': '<partner>', 'reason': "Gone", 'date': '2026-03-31'}
            ),
        ),
        some,
    ),
    Case(
        "an accountant drafts a statement run",
        'accountant',
        m.seeded,
        (call('ar.statement.run', 'create', {'as_of': '2026-03-31'}),),
        some,
    ),
    Case(
        "an accountant drafts a period",
        'accountant',
        m.seeded,
        (call('ar.sales.reconciliation', 'create', {'date_from': '2026-02-01', 'date_to': '2026-02-28'}),),
        some,
    ),
    Case(
        "an accountant reads the journal",
        'accountant',
        m.seeded,
        (call('ar.journal', 'search_read', [], ['event', 'figures'], limit=1),),
        some,
    ),
    Case(
        "a manager verifies the journal",
        'manager',
        m.seeded,
        (
            call('ar.journal.audit', 'create', {}, keep='audit'),
            call('ar.journal.audit', 'action_verify', ['<audit>']),
            call('ar.journal.audit', 'read', ['<audit>'], ['is_broken', 'result']),
        ),
        lambda _world, _ids, answers: answers[-1][0]['is_broken'] is False,
    ),
    Case(
        "a seller reads a customer's file of their own",
        'sales',
        m.seeds_of('own'),
        (call('ar.credit.account', 'search_read', [('id', '=', '<ar.credit.account>')], ['credit_limit']),),
        some,
    ),
    Case(
        "the manager of the matrix offers a large plan",
        'manager',
        m.large_debt,
        (call('ar.payment.plan', 'action_offer', ['<plan>']),),
        "SELECT state = 'offered' FROM ar_payment_plan WHERE id = %(plan)s",
    ),
    Case(
        "a collector asks, and the manager of the matrix waives a large charge",
        'manager',
        m.large_debt,
        (
            by('collector', call('ar.charge.waive', 'create', WAIVE, keep='asking')),
            by('collector', call('ar.charge.waive', 'action_propose', ['<asking>'])),
            call('ar.charge.waive', 'create', WAIVE, keep='wizard'),
            call('ar.charge.waive', 'action_waive', ['<wizard>']),
        ),
        "SELECT state = 'waived' FROM ar_interest_charge WHERE id = %(charge)s",
    ),
    Case("a viewer sees the grades", 'viewer', m.buyer, (call('ar.credit.grade', 'search', []),), some),
    Case(
        "a customer reads its invoice",
        'portal',
        m.seeds_of('own'),
        (call('account.move', 'search_read', [('id', '=', '<account.move>')], ['name']),),
        some,
    ),
]
