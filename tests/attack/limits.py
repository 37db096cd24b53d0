"""To raise a limit alone or unseen; to bend a hold."""

from . import makers as m
from .case import AWAY, CONFIRM, LIMIT_STAYS, NOT_SOLD, Case, by, call, write

LIMITS = [
    Case(f"a controller alone raises a limit by {name}", 'controller', m.buyer, calls, holds)
    for name, calls, holds in (
        ("a write", (write('ar.credit.account', 'account', credit_limit=1e7),), LIMIT_STAYS),
        (
            "a save",
            (call('ar.credit.account', 'web_save', ['<account>'], {'credit_limit': 1e7}, {}),),
            LIMIT_STAYS,
        ),
        (
            "an import",
            (call('ar.credit.account', 'load', ['.id', 'credit_limit'], [['<account>', '1e7']]),),
            LIMIT_STAYS,
        ),
        ("the native field", (write('res.partner', 'partner', credit_limit=1e7),), LIMIT_STAYS),
        (
            "a temporary limit",
            (write('ar.credit.account', 'account', temp_limit=1e7, temp_from='2020-01-01', temp_until=AWAY),),
            "SELECT COALESCE(temp_limit, 0) = 0 FROM ar_credit_account WHERE id = %(account)s",
        ),
        (
            "no limit at all",
            (write('ar.credit.account', 'account', is_unlimited=True),),
            "SELECT is_unlimited IS NOT TRUE FROM ar_credit_account WHERE id = %(account)s",
        ),
        (
            "a change that is approved already",
            (
                call(
                    'ar.credit.change',
                    'create',
                    {'credit_account_id': '<account>', 'change_limit': True, 'new_limit': 1e7, 'reason': "x"},
                    context={'default_state': 'approved'},
                ),
                call(
                    'ar.credit.change',
                    'create',
                    {
                        'credit_account_id': '<account>',
                        'change_limit': True,
                        'new_limit': 1e7,
                        'reason': "x",
                        'state': 'approved',
                    },
                ),
                call('ar.credit.change', 'search_apply', []),
            ),
            "SELECT count(*) = 0 FROM ar_credit_change WHERE credit_account_id = %(account)s"
            " AND state IN ('approved', 'applied') AND new_limit = 1e7",
        ),
        (
            "his own approval",
            (
                call('ar.credit.change', 'action_submit', ['<change>']),
                call('ar.credit.change', 'action_approve', ['<change>']),
                call('ar.credit.change', 'action_apply', ['<change>']),
            ),
            LIMIT_STAYS,
        ),
        (
            "another customer's file",
            (
                write('ar.credit.account', 'account', partner_id='<rich>'),
                write('ar.credit.account', 'rich_account', partner_id='<partner>'),
            ),
            "SELECT partner_id = %(partner)s FROM ar_credit_account WHERE id = %(account)s",
        ),
        (
            "a file of his own making",
            (
                call('ar.credit.account', 'create', {'partner_id': '<fresh>', 'credit_limit': 1e7}),
                call(
                    'ar.credit.account',
                    'create',
                    {'partner_id': '<fresh>'},
                    context={'default_credit_limit': 1e7},
                ),
            ),
            "SELECT COALESCE(MAX(credit_limit), 0) < 1e7 FROM ar_credit_account WHERE partner_id = %(fresh)s",
        ),
    )
] + [
    Case(
        "whom the change comes from approves it after a colleague submitted",
        'controller2',
        m.buyer,
        (
            call('ar.credit.change', 'write', ['<change2>'], {'new_limit': 40_000}),
            by('controller', call('ar.credit.change', 'action_submit', ['<change2>'])),
            call('ar.credit.change', 'action_approve', ['<change2>']),
        ),
        LIMIT_STAYS,
    ),
    Case(
        "a submitted change is raised before it is approved",
        'controller2',
        m.submitted,
        (
            by('controller', write('ar.credit.change', 'change', new_limit=1e7)),
            call('ar.credit.change', 'action_approve', ['<change>']),
        ),
        "SELECT credit_limit < 1e7 FROM ar_credit_account WHERE id = %(account)s",
    ),
    Case(
        "a controller approves what the manager decides",
        'controller2',
        m.submitted_large,
        (call('ar.credit.change', 'action_approve', ['<change>']),),
        LIMIT_STAYS,
    ),
    Case(
        "a group of his own lets a customer buy",
        'controller',
        m.over_limit,
        (
            call(
                'ar.credit.group',
                'create',
                {'name': "Mine", 'credit_limit': 1e8, 'account_ids': [(4, '<account>')]},
            ),
            write('ar.credit.account', 'account', limit_mandatory=False),
            by('sales', CONFIRM),
        ),
        NOT_SOLD,
    ),
    Case(
        "a guarantee of his own lets a customer buy",
        'controller',
        m.confirmed_and_next,
        (
            call(
                'ar.credit.security',
                'create',
                {'credit_account_id': '<account>', 'kind': 'guarantee', 'amount': 1e8},
            ),
            by('sales', CONFIRM),
        ),
        NOT_SOLD,
    ),
    Case(
        "a manager deletes a file with history",
        'manager',
        m.submitted,
        (call('ar.credit.account', 'unlink', ['<account>']),),
        "SELECT count(*) = 1 FROM ar_credit_change WHERE id = %(change)s",
    ),
    Case(
        "a controller deletes what was said in the file",
        'controller',
        m.with_message,
        (call('mail.message', 'unlink', ['<message>']),),
        "SELECT count(*) = 1 FROM mail_message WHERE id = %(message)s",
    ),
    Case(
        "a hold is lifted without a reason",
        'controller',
        m.on_hold,
        (call('ar.hold', 'action_lift', ['<hold>']),),
        "SELECT active FROM ar_hold WHERE id = %(hold)s",
    ),
    Case(
        "a hold is deleted",
        'manager',
        m.on_hold,
        (call('ar.hold', 'unlink', ['<hold>']),),
        "SELECT count(*) = 1 FROM ar_hold WHERE id = %(hold)s",
    ),
]
for number, (placed, where) in enumerate((("a value", {}), ("the context", None))):
    forged = {'placed_on': '2020-01-01 00:00:00', 'placed_by': '<manager>'}
    given = {'credit_account_id': '<account>', 'reason': "Forged"}
    options = (
        {'context': {f'default_{name}': value for name, value in forged.items()}} if where is None else {}
    )
    LIMITS.append(
        Case(
            f"a hold is dated back by {placed}",
            'controller',
            m.buyer,
            (call('ar.hold', 'create', {**given, **(forged if where is not None else {})}, **options),),
            "SELECT count(*) = 0 FROM ar_hold WHERE credit_account_id = %(account)s AND"
            " (placed_on < '2021-01-01' OR placed_by = %(manager)s)",
        )
    )
