"""To change or delete what was sent, signed, booked or recorded."""

from . import makers as m
from .case import Case, call, write

FILE_STAYS = "SELECT checksum = %(checksum)s FROM ir_attachment WHERE id = %(file)s"


def _files():
    for model, field in (
        ('ar.balance.confirmation', 'letter_id'),
        ('ar.statement.line', 'attachment_id'),
    ):
        for role in ('collector', 'accountant', 'manager'):
            for name, made in (
                ("overwrites", write('ir.attachment', 'file', datas='Zm9yZ2Vk')),
                ("empties", write('ir.attachment', 'file', raw='forged')),
                ("moves", write('ir.attachment', 'file', res_model='res.partner', res_id=1)),
                ("deletes", call('ir.attachment', 'unlink', ['<file>'])),
            ):
                holds = (
                    f"SELECT count(*) = 1 FROM {model.replace('.', '_')} r JOIN ir_attachment a"
                    f" ON a.id = r.{field} AND a.checksum = %(checksum)s WHERE r.id = %(record)s"
                )
                yield Case(
                    f"{role} {name} the file of {model}", role, m.file_of(model, field), (made,), holds
                )


EVIDENCE = [
    *_files(),
    Case(
        "a run is set back and its letters go with it",
        'collector',
        m.sent_letter,
        (write('ar.dunning.run', 'run', state='draft'), call('ar.dunning.run', 'unlink', ['<run>'])),
        "SELECT count(*) = 1 FROM ar_dunning_notice WHERE id = %(notice)s AND state = 'sent'",
    ),
    Case(
        "a sent letter is deleted",
        'manager',
        m.sent_letter,
        (call('ar.dunning.notice', 'unlink', ['<notice>']),),
        "SELECT count(*) = 1 FROM ar_dunning_notice WHERE id = %(notice)s AND state = 'sent'",
    ),
    Case(
        "an entry of the allowance is detached and set to draft",
        'accountant',
        m.booked('ar_provision_run_id'),
        (
            write('account.move', 'move', ar_provision_run_id=False),
            call('account.move', 'button_draft', ['<move>']),
        ),
        "SELECT state = 'posted' FROM account_move WHERE id = %(move)s",
    ),
    Case(
        "an entry of a write-off is detached and set to draft",
        'accountant',
        m.booked('ar_write_off_id'),
        (
            write('account.move', 'move', ar_write_off_id=False),
            call('account.move', 'button_draft', ['<move>']),
        ),
        "SELECT state = 'posted' FROM account_move WHERE id = %(move)s",
    ),
    Case(
        "an entry of a recovery is detached and set to draft",
        'accountant',
        m.booked('ar_recovery_id'),
        (
            write('account.move', 'move', ar_recovery_id=False),
            call('account.move', 'button_draft', ['<move>']),
        ),
        "SELECT state = 'posted' FROM account_move WHERE id = %(move)s",
    ),
    Case(
        "a policy in use is set to draft and loses its second person",
        'accountant',
        m.seeded,
        (
            write('ar.provision.policy', 'ar.provision.policy', state='draft'),
            write('ar.provision.policy', 'ar.provision.policy', second_person=False),
        ),
        "SELECT state = 'confirmed' FROM ar_provision_policy WHERE id = %(ar.provision.policy)s",
    ),
    Case(
        "an accountant writes off alone",
        'accountant',
        m.seeded,
        (
            call(
                'ar.write.off',
                'create',
                {
                    'partner_id': '<partner>',
                    'reason': "Gone",
                    'date': '2026-01-31',
                    'provision_policy_id': '<ar.provision.policy>',
                    'line_ids': [(0, 0, {'move_line_id': '<open_item>'})],
                },
                keep='mine',
            ),
            call('ar.write.off', 'action_post', ['<mine>']),
        ),
        "SELECT amount_residual > 0 FROM account_move_line WHERE id = %(open_item)s",
    ),
    Case(
        "an answered confirmation is deleted",
        'accountant',
        m.seeded,
        (call('ar.balance.confirmation', 'unlink', ['<ar.balance.confirmation>']),),
        "SELECT count(*) = 1 FROM ar_balance_confirmation WHERE id = %(ar.balance.confirmation)s",
    ),
    Case(
        "a closed case is deleted",
        'collector',
        m.seeded,
        (
            write('ar.collection.case', 'ar.collection.case', state='draft'),
            call('ar.collection.case', 'unlink', ['<ar.collection.case>']),
        ),
        "SELECT count(*) = 1 FROM ar_collection_case WHERE id = %(ar.collection.case)s AND state = 'closed'",
    ),
    Case(
        "a payment plan is set back, changed and made active",
        'collector',
        m.seeded,
        (
            write('ar.payment.plan', 'ar.payment.plan', state='draft'),
            write('ar.payment.plan.line', 'ar.payment.plan.line', date='2030-01-01', amount=1),
            write('ar.payment.plan', 'ar.payment.plan', interest_clause="None", revoke_on_missed=False),
            write('ar.payment.plan', 'ar.payment.plan', state='active'),
        ),
        "SELECT date < '2030-01-01' AND amount = 100 FROM ar_payment_plan_line"
        " WHERE id = %(ar.payment.plan.line)s",
    ),
    Case(
        "a controller signs for finance",
        'controller',
        m.seeded,
        (
            call(
                'ar.sales.reconciliation.signature',
                'create',
                {
                    'reconciliation_id': '<ar.sales.reconciliation>',
                    'side': 'sales',
                    'user_id': '<manager>',
                    'signed_on': '2026-02-01 00:00:00',
                    'fingerprint': 'abc',
                },
            ),
        ),
        "SELECT count(*) = 1 FROM ar_sales_reconciliation_signature"
        " WHERE reconciliation_id = %(ar.sales.reconciliation)s",
    ),
]
for role in ('accountant', 'manager', 'controller', 'viewer'):
    EVIDENCE += [
        Case(
            f"{role} changes the journal",
            role,
            m.seeded,
            (write('ar.journal', 'ar.journal', figures='{}', event='forged'),),
            "SELECT count(*) = 0 FROM ar_journal WHERE event = 'forged'",
        ),
        Case(
            f"{role} adds to the journal",
            role,
            m.seeded,
            (
                call(
                    'ar.journal',
                    'create',
                    {
                        'company_id': '<company>',
                        'event': 'forged',
                        'model': 'x',
                        'res_id': 1,
                        'uid': 1,
                        'figures': '{}',
                        'sha256': 'x',
                    },
                ),
                call('ar.journal', '_append', 'res.partner', 'forged', []),
            ),
            "SELECT count(*) = 0 FROM ar_journal WHERE event = 'forged'",
        ),
        Case(
            f"{role} deletes from the journal",
            role,
            m.seeded,
            (call('ar.journal', 'unlink', ['<ar.journal>']),),
            "SELECT count(*) = 1 FROM ar_journal WHERE id = %(ar.journal)s",
        ),
        Case(
            f"{role} calls what records facts",
            role,
            m.buyer,
            (
                call(
                    'ar.hold', '_create_with_facts', [{'credit_account_id': '<account>', 'reason': "Forged"}]
                ),
                call('ar.credit.account', '_lock_for_exposure', ['<account>']),
            ),
            "SELECT count(*) = 0 FROM ar_hold WHERE credit_account_id = %(account)s",
        ),
    ]
