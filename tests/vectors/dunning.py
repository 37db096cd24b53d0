"""Kind ``dunning``: posted entries, what customers were notified of, and a dunning run of the day."""

from odoo.fields import Command

from .world import World


def dunning(env, data):
    world = World(env, currency='USD')
    company, customer = world.company(), world.partner()
    env = world.env_for('C1')
    env['ar.dunning.plan'].search([]).active = False
    plan = make_plan(env, interval(data))
    account = env['ar.credit.account']._for_partner(customer, company)
    lines = {row['id']: enter(world, company, row) for row in data['items']}
    withhold(env, account, data, lines)
    run = env['ar.dunning.run'].create(
        {
            'company_id': company.id,
            'run_date': data['run_date'],
            'documents_until': data.get('documents_until'),
            'plan_ids': [Command.set(plan.ids)],
        }
    )
    run.action_propose()
    return answer(run, customer, lines)


def interval(data):
    """Return the policy; a customer that was never dunned as a whole has no interval to keep, whatever the
    items' own notices: these the product knows only by letters.
    """
    if (data.get('account') or {}).get('last_dunned'):
        return data['policy']
    return {**data['policy'], 'interval_days': 0}


def make_plan(env, policy):
    return env['ar.dunning.plan'].create(
        {
            'name': "Vector",
            'withhold_unmatched': False,
            'escalate_broken': False,
            **{
                name: policy[name]
                for name in ('interval_days', 'grace_days', 'min_days_account', 'credits', 'allow_skip')
            },
            'stage_ids': [
                Command.create(
                    {
                        'name': f"Level {level['level']}",
                        'level': level['level'],
                        'min_days': level['min_days'],
                        'min_interval': level.get('min_interval', 0),
                        'min_amount': float(level.get('min_amount', 0)),
                        'fee': float(level['fee']),
                        'is_legal': level.get('legal', False),
                        'always_repeat': level.get('always_repeat', False),
                    }
                )
                for level in policy['levels']
            ],
        }
    )


def enter(world, company, row):
    line = world.entry(
        company,
        world.account(company, '112200'),
        world.partner(),
        row['date'],
        float(row['amount']),
        date_maturity=row['due_date'],
    )
    line.no_followup = bool(row.get('blocked'))
    return line


def withhold(env, account, data, lines):
    """Enter what the customer was notified of, promised and disputes, as people would have."""
    Notice, facts = env['ar.dunning.notice'], data.get('account', {})
    for row in data['items']:
        line = lines[row['id']]
        if row.get('level'):
            Notice._record_opening_levels(line, row['level'], row['last_notice'], "Vector")
        if row.get('disputed'):
            env['ar.dispute'].create(
                {'move_id': line.move_id.id, 'amount': float(row['amount']), 'opened_on': row['date']}
            )
        if row.get('promise_date'):
            env['ar.promise']._note(
                account,
                line,
                [(row['promise_date'], line.amount_residual_currency)],
                made_on=min(row['date'], row['promise_date']),
            )
    if facts.get('last_dunned'):
        Notice._create_with_facts(
            {
                'credit_account_id': account.id,
                'partner_id': account.partner_id.id,
                'company_id': account.company_id.id,
                'currency_id': account.currency_id.id,
                'state': 'sent',
                'sent_on': facts['last_dunned'],
                'is_imported': True,
            }
        )
    if facts.get('blocked'):
        env['ar.dunning.block'].create({'credit_account_id': account.id, 'reason': "Vector"})


def answer(run, customer, lines):
    """Read the judgement, and that the stored letter says the same."""
    [draft] = run._drafts(customer.ids)
    letter, names = draft.letter, {line.id: name for name, line in lines.items()}
    notice = run.notice_ids
    if notice:
        assert (notice.state == 'proposed', notice.level, notice.total) == (
            letter.selected,
            letter.letter_level,
            letter.overdue_total,
        )
        assert all(
            line.level == result.new_level and line.included == result.included
            for line in notice.line_ids
            for result in letter.items
            if result.key == line.move_line_id.id
        )
    return {
        'selected': letter.selected,
        'reason': letter.reason,
        'items': [item(result, names[result.key]) for result in letter.items],
        'letter_level': letter.letter_level,
        'overdue_total': f'{letter.overdue_total:.2f}',
        'fee': f'{letter.fee:.2f}',
        'legal': letter.legal,
    }


def item(result, name):
    values = {
        'id': name,
        'days_in_arrears': result.days_in_arrears,
        'new_level': result.new_level,
        'included': result.included,
    }
    return {**values, 'why': result.why} if result.why else values


ADAPTERS = {'dunning': dunning}
