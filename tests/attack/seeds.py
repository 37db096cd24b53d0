"""A record of every model that holds decisions, amounts or evidence, in its last state."""

from odoo.fields import Command, Date, Datetime

DAY = '2026-01-15'
# Of one company's periods and snapshots there is one for each month.
MONTHS = {'own': '2025-10-01', 'others': '2025-11-01', 'foreign': '2025-12-01'}


def _plan(h):
    plan = h.record(
        'ar.payment.plan',
        credit_account_id=h.account.id,
        line_ids=[Command.create({'date': Date.today(), 'amount': 100})],
    )
    signed = {'signed_by': "The customer", 'signed_on': Datetime.now(), 'signed_ip': '192.0.2.1'}
    plan._record_facts({'name': f'PLAN/{h.key}', 'state': 'active', **signed})
    return plan


def _promise(h):
    promise = h.record(
        'ar.promise',
        credit_account_id=h.account.id,
        item_ids=[Command.create({'move_line_id': h.line().id})],
        line_ids=[Command.create({'date': Date.add(Date.today(), days=5), 'amount': 100})],
    )
    promise._record_facts({'locked': True})
    return promise


def _write_off(h):
    write_off = h.record(
        'ar.write.off',
        company_id=h.company.id,
        partner_id=h.partner.id,
        reason="Gone",
    )
    h.record(
        'ar.write.off.line', write_off_id=write_off.id, move_line_id=h.line().id, residual=200, amount=100
    )
    write_off._record_facts({'state': 'posted'})
    return write_off


def _notice(h):
    return h.record(
        'ar.dunning.notice',
        run_id=h.seed('ar.dunning.run').id,
        credit_account_id=h.account.id,
        partner_id=h.partner.id,
        company_id=h.company.id,
        currency_id=h.currency.id,
        state='sent',
        name=f'L/{h.key}',
        level=1,
        total=100,
        sent_on=DAY,
    )


def _case(h):
    items = [Command.create({'move_line_id': h.line().id})]
    case = h.record('ar.collection.case', credit_account_id=h.account.id, item_ids=items)
    case._record_facts({'state': 'closed', 'outcome': 'withdrawn', 'closed_on': DAY})
    return case


def _decision(h):
    return h.record(
        'ar.credit.decision',
        credit_account_id=h.account.id,
        order_name=f'S/{h.key}',
        state='released',
        exposure=10,
        credit_limit=1000,
        order_amount=50,
        amount=50,
        decided_by=h.user('controller'),
        decided_on=Datetime.now(),
        salesperson_id=h.user('sales' if h.key == 'own' else 'ctrlsales'),
    )


def _policy(h):
    scheme = h.env['ar.aging.scheme'].search([], limit=1)
    return h.record(
        'ar.provision.policy',
        company_id=h.company.id,
        date_from='2020-01-01',
        aging_scheme_id=scheme.id,
        profile='us',
        state='confirmed',
    )


def _run(h):
    return h.record(
        'ar.provision.run',
        company_id=h.company.id,
        as_of=DAY,
        policy_id=h.seed('ar.provision.policy').id,
        state='posted',
        required=500,
        booked=0,
        computed_by_id=h.user('accountant'),
        approved_by_id=h.user('manager'),
    )


def _confirmation(h):
    confirmation = h.record(
        'ar.balance.confirmation',
        name=f'CONF/{h.key}',
        company_id=h.company.id,
        campaign_id=h.seed('ar.confirmation.campaign').id,
        partner_id=h.partner.id,
        as_of=DAY,
    )
    h.record(
        'ar.balance.confirmation.line',
        confirmation_id=confirmation.id,
        currency_id=h.currency.id,
        document="INV/1",
    )
    confirmation._record_facts(
        {
            'state': 'confirmed',
            'balance': 1000,
            'replied_by': "The customer",
            'reply_channel': 'portal',
            'reply_ip': '192.0.2.1',
            'letter_id': h.attachment('letter.pdf').id,
        }
    )
    return confirmation


def _reconciliation(h):
    return h.record(
        'ar.sales.reconciliation',
        company_id=h.company.id,
        date_from=MONTHS[h.key],
        date_to=Date.end_of(Date.to_date(MONTHS[h.key]), 'month'),
        state='signed',
        fingerprint='abc',
    )


def _signature(h):
    return h.record(
        'ar.sales.reconciliation.signature',
        reconciliation_id=h.seed('ar.sales.reconciliation').id,
        side='finance',
        user_id=h.user('accountant'),
        signed_on=Datetime.now(),
        fingerprint='abc',
        closing=100,
    )


def _link(h):
    h.seed('ar.balance.confirmation')._issue_link('answer', h.partner)
    return h.env['ar.portal.link'].search([('partner_id', '=', h.partner.id)], limit=1)


def _kept(h):
    document = h.seed('ar.balance.confirmation')
    file = h.env['ar.kept.document']._keep(document, "kept.pdf", b'as it was sent')
    return h.env['ar.kept.document']._of(file)


SEEDS = {
    'ar.credit.account': lambda env, h: h.account,
    'account.move': lambda env, h: h.world.invoice(env, h.partner, 200),
    'ar.hold': lambda env, h: h.record(
        'ar.hold', credit_account_id=h.account.id, reason="Late", source='automatic'
    ),
    'ar.warning': lambda env, h: h.record(
        'ar.warning',
        credit_account_id=h.account.id,
        rule_id=env.ref('ar_cockpit.warning_rule_broken').id,
        found_on=DAY,
        value=1,
        threshold=1,
    ),
    'ar.credit.change': lambda env, h: h.record(
        'ar.credit.change',
        credit_account_id=h.account.id,
        change_limit=True,
        new_limit=2000,
        reason="Grows",
        state='applied',
        requested_by=h.user('controller'),
        decided_by=h.user('controller2'),
        decided_on=Datetime.now(),
    ),
    'ar.credit.security': lambda env, h: h.record(
        'ar.credit.security', credit_account_id=h.account.id, kind='guarantee', amount=10
    ),
    'ar.credit.decision': lambda env, h: _decision(h),
    'ar.credit.decision.reason': lambda env, h: h.record(
        'ar.credit.decision.reason',
        decision_id=h.seed('ar.credit.decision').id,
        code='limit',
        outcome='hold',
    ),
    'ar.dispute': lambda env, h: h.record(
        'ar.dispute',
        move_id=h.seed('account.move').id,
        name="Price",
        reason='price',
        state='rejected',
        amount=10,
    ),
    'ar.promise': lambda env, h: _promise(h),
    'ar.promise.line': lambda env, h: h.seed('ar.promise').line_ids,
    'ar.covered.item': lambda env, h: h.seed('ar.promise').item_ids,
    'ar.payment.plan': lambda env, h: _plan(h),
    'ar.payment.plan.line': lambda env, h: h.seed('ar.payment.plan').line_ids,
    'ar.dunning.run': lambda env, h: h.record(
        'ar.dunning.run', company_id=h.company.id, run_date=DAY, state='done'
    ),
    'ar.dunning.notice': lambda env, h: _notice(h),
    'ar.dunning.notice.line': lambda env, h: h.record(
        'ar.dunning.notice.line',
        notice_id=h.seed('ar.dunning.notice').id,
        company_id=h.company.id,
        currency_id=h.currency.id,
        move_line_id=h.line().id,
        kind='debit',
    ),
    'ar.dunning.delivery': lambda env, h: h.record(
        'ar.dunning.delivery',
        notice_id=h.seed('ar.dunning.notice').id,
        company_id=h.company.id,
        channel='letter',
        state='sent',
        address='old@example.com',
    ),
    'ar.interest.charge': lambda env, h: h.record(
        'ar.interest.charge',
        kind='fee',
        state='waived',
        credit_account_id=h.account.id,
        partner_id=h.partner.id,
        company_id=h.company.id,
        currency_id=h.currency.id,
        notice_id=h.seed('ar.dunning.notice').id,
        amount=40,
        waived_by_id=h.user('controller'),
        waived_on=DAY,
    ),
    'ar.dunning.block': lambda env, h: h.record(
        'ar.dunning.block', credit_account_id=h.account.id, reason="Asked"
    ),
    'ar.collection.case': lambda env, h: _case(h),
    'ar.collection.case.item': lambda env, h: h.seed('ar.collection.case').item_ids,
    'ar.contact.log': lambda env, h: h.record(
        'ar.contact.log', credit_account_id=h.account.id, kind='call', outcome='reached', text="Said so"
    ),
    'ar.statement.run': lambda env, h: h.record(
        'ar.statement.run', company_id=h.company.id, as_of=DAY, state='done'
    ),
    'ar.statement.line': lambda env, h: h.record(
        'ar.statement.line',
        run_id=h.seed('ar.statement.run').id,
        credit_account_id=h.account.id,
        partner_id=h.partner.id,
        state='sent',
        closing=100,
        attachment_id=h.attachment('statement.pdf').id,
    ),
    'ar.confirmation.campaign': lambda env, h: h.record(
        'ar.confirmation.campaign', company_id=h.company.id, as_of=DAY, state='closed', population_count=1
    ),
    'ar.balance.confirmation': lambda env, h: _confirmation(h),
    'ar.balance.confirmation.line': lambda env, h: h.seed('ar.balance.confirmation').line_ids,
    'ar.portal.link': lambda env, h: _link(h),
    'ar.kept.document': lambda env, h: _kept(h),
    'ar.sales.reconciliation': lambda env, h: _reconciliation(h),
    'ar.sales.reconciliation.signature': lambda env, h: _signature(h),
    'ar.sales.difference': lambda env, h: h.record(
        'ar.sales.difference',
        company_id=h.company.id,
        code='price_gap',
        owner_side='sales',
        source_key=f'test {h.key}',
        state='open',
        amount=10,
        partner_id=h.partner.id,
    ),
    'ar.provision.policy': lambda env, h: _policy(h),
    'ar.provision.run': lambda env, h: _run(h),
    'ar.provision.line': lambda env, h: h.record(
        'ar.provision.line', run_id=h.seed('ar.provision.run').id, company_id=h.company.id
    ),
    'ar.provision.adjustment': lambda env, h: h.record(
        'ar.provision.adjustment', run_id=h.seed('ar.provision.run').id, company_id=h.company.id
    ),
    'ar.allowance.override': lambda env, h: h.record(
        'ar.allowance.override',
        item_id=h.line().id,
        company_id=h.company.id,
        how='rate',
        rate=0.5,
        reason="Weak",
        user_id=h.user('accountant'),
        date_from=DAY,
    ),
    'ar.write.off': lambda env, h: _write_off(h),
    'ar.recovery': lambda env, h: h.record(
        'ar.recovery',
        write_off_id=h.seed('ar.write.off').id,
        amount=5,
        state='posted',
        journal_id=env['account.journal'].search([('type', '=', 'bank')], limit=1).id,
    ),
    'ar.loss.study': lambda env, h: h.record(
        'ar.loss.study',
        company_id=h.company.id,
        aging_scheme_id=env['ar.aging.scheme'].search([], limit=1).id,
        state='adopted',
    ),
    'ar.credit.assessment': lambda env, h: h.record(
        'ar.credit.assessment',
        credit_account_id=h.account.id,
        scorecard_id=env['ar.credit.scorecard'].search([], limit=1).id,
        state='approved',
        score=70,
    ),
    'ar.aging.snapshot': lambda env, h: h.record(
        'ar.aging.snapshot',
        company_id=h.company.id,
        as_of=MONTHS[h.key],
        aging_scheme_id=env['ar.aging.scheme'].search([], limit=1).id,
        basis='due',
        credits='own_bucket',
        valuation='booked',
    ),
    'ar.credit.group': lambda env, h: h.record(
        'ar.credit.group', company_id=h.company.id, name=f"Group {h.key}", credit_limit=10
    ),
    'ar.approval.delegation': lambda env, h: h.record(
        'ar.approval.delegation',
        user_id=h.user('controller'),
        delegate_id=h.user('controller2'),
        date_from=DAY,
        date_to={'own': '2026-01-16', 'others': '2026-01-17', 'foreign': '2026-01-18'}[h.key],
    ),
    'ar.approval.rule': lambda env, h: env['ar.approval.rule'].search(
        [('company_id', '=', h.company.id)], limit=1
    ),
    'ar.journal': lambda env, h: env['ar.journal'].search([('company_id', '=', h.company.id)], limit=1),
}
