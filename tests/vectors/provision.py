"""Topic 1: policies, runs, write-offs, recoveries and roll-forwards, with real entries in a company of the
matching chart.
"""

from datetime import date

from odoo.fields import Command, Date

from .provision_world import AS_OF, ProvisionWorld, text


def provision_matrix(env, data):
    rows = data['buckets']
    rounding = data.get('rounding', '0.01')
    names = [f'{i} {row["name"]}' for i, row in enumerate(rows)]
    world = ProvisionWorld(env, 'us', rounding, names)
    factor = float(data.get('rate_multiplier', 1))
    policy = world.policy(
        dict(zip(names, (row['rate'] for row in rows), strict=True)),
        forward_factor=factor,
        forward_reason="Vector",
    )
    if data.get('balance_before'):
        world.allowance_entry(policy, data['balance_before'], AS_OF)
    for name, row in zip(names, rows, strict=True):
        partner = world.partner(name)
        if float(row['amount']):
            world.owes(partner, row['amount'], name)
        if row.get('multiplier'):
            grade = env['ar.credit.grade'].create(
                {'name': name, 'code': name, 'provision_multiplier': float(row['multiplier'])}
            )
            env['ar.credit.account']._for_partner(partner, world.company()).grade_id = grade
        if row.get('secured'):
            world.env['ar.provision.assessment'].create(
                {
                    'partner_id': partner.id,
                    'kind': 'secured',
                    'amount': float(row['secured']),
                    'reason': "Vector",
                    'date_from': '2000-01-01',
                    'company_id': world.company().id,
                }
            )
    run = world.run()
    by_partner = {line.partner_id: line.allowance for line in run.line_ids}
    result = {
        'allowance': [text(by_partner.get(world.partner(name), 0), rounding) for name in names],
        'total_allowance': text(run.required, rounding),
        'total_base': text(run.gross),
    }
    return {**result, 'adjustment': text(run.adjustment, rounding)}


def allowance_lifecycle(env, data):
    world = ProvisionWorld(env)
    year, steps = 2020, []
    policy = world.policy()
    if float(data['opening_allowance']):
        world.allowance_entry(policy, data['opening_allowance'], date(2020, 1, 1))
    write_off = None
    for event in data['events']:
        if event['type'] == 'year_end':
            steps.append(year_end(world, event, date(year, 12, 31)))
            year += 1
            continue
        day = date(year, 6, 30)
        if event['type'] == 'write_off':
            write_off = write_off_amount(world, event, day)
            top_up = sum(
                -line.balance for line in write_off.move_id.line_ids if line.ar_allowance_kind == 'charge'
            )
            steps.append(
                {
                    'event': 'write_off',
                    'expense_top_up': text(top_up),
                    'allowance': text(world.booked(policy, day)),
                }
            )
        else:
            moves = recover(world, write_off, event['amount'], event['via'], day)
            income = -sum(
                moves.line_ids.filtered(lambda line: line.account_id == policy.recovery_account_id).mapped(
                    'balance'
                )
            )
            steps.append(
                {'event': 'recovery', 'income': text(income), 'allowance': text(world.booked(policy, day))}
            )
    return {'steps': steps, 'closing_allowance': steps[-1]['allowance']}


def year_end(world, event, day):
    partner = world.partner()
    if 'ar' in event:
        world.policy({'all': event['rate']}, day)
    wanted = float(event['ar']) if 'ar' in event else float(event['target'])
    balance = sum(
        world.env['account.move.line']
        .search(
            [
                ('account_id', '=', world.receivable.id),
                ('parent_state', '=', 'posted'),
                ('partner_id', '=', partner.id),
            ]
        )
        .mapped('balance')
    )
    if ('ar' in event and wanted != balance) or wanted > balance:
        world.owes(partner, wanted - balance, as_of=day)
    run = world.run(day, target=event.get('target'))
    return {
        'event': 'year_end',
        'target': text(run.required),
        'adjustment': text(run.adjustment),
        'allowance': text(world.booked(run.policy_id, day)),
    }


def write_off_amount(world, event, day, top_up=None, **values):
    """Write ``amount`` off from what the customer owes; what is missing is invoiced first."""
    partner, left = world.partner(), float(event['amount'])
    write_off = world.env['ar.write.off'].create(
        {
            'partner_id': partner.id,
            'company_id': world.company().id,
            'date': day,
            'reason': "Vector",
            'top_up': top_up or ('account' if event.get('top_up_first') else 'none'),
            **values,
        }
    )
    missing = left - sum(item.residual for item in write_off._open_items())
    if missing > 0:
        world.owes(partner, missing, as_of=day)
    write_off.action_load()
    for line in write_off.line_ids:
        line.amount = min(left, line.residual)
        left = max(left - line.amount, 0)
    write_off.line_ids.filtered(lambda line: not line.amount).unlink()
    write_off.action_post()
    return write_off


def recover(world, write_off, amount, via, day):
    company = world.company()
    bank = world.account(company, '1002', 'asset_cash')
    journal = world._once(
        'journal',
        'bank',
        lambda: world.env['account.journal'].create(
            {
                'name': "Bank",
                'code': 'VBNK',
                'type': 'bank',
                'company_id': company.id,
                'default_account_id': bank.id,
            }
        ),
    )
    recovery = world.env['ar.recovery'].create(
        {
            'write_off_id': write_off.id,
            'date': day,
            'amount': float(amount),
            'via': via,
            'journal_id': journal.id,
        }
    )
    recovery.action_post()
    return recovery.move_ids


COLUMNS = {'recovery_of_written_off': 'recovery'}
SIGNS = {'reversal': -1, 'write_off': -1}


def rolled(world, policy, first, last):
    wizard = world.env['ar.provision.rollforward'].create(
        {'company_id': world.company().id, 'date_from': first, 'date_to': last}
    )
    values = wizard._values()
    assert values['ties'], "the roll-forward differs from the ledger"
    row = values['rows'][-1][1]
    return {
        name: text(row[COLUMNS.get(name, name)])
        for name in (
            'opening',
            'charge',
            'reversal',
            'write_off',
            'recovery_of_written_off',
            'fx',
            'other',
            'closing',
        )
    }


def rollforward(env, data):
    world = ProvisionWorld(env)
    policy = world.policy()
    for name, value in data.items():
        amount = float(value) * SIGNS.get(name, 1)
        if name != 'closing' and amount:
            opening = name == 'opening'
            world.allowance_entry(
                policy,
                amount,
                date(2023, 12, 31) if opening else AS_OF,
                kind=None if opening else COLUMNS.get(name, name),
            )
    return rolled(world, policy, date(2024, 1, 1), AS_OF)


def rollforward_from_moves(env, data):
    world = ProvisionWorld(env)
    policy = world.policy()
    for move in data['moves']:
        world.allowance_entry(
            policy, move['amount'], move['date'], kind=COLUMNS.get(move['kind'], move['kind'])
        )
    return rolled(world, policy, *map(Date.to_date, data['period']))


def individual_and_group(env, data):
    names = list(data['rates'])
    world = ProvisionWorld(env, 'us', buckets=names)
    world.policy(
        data['rates'],
        base='net' if data.get('net_of_vat') else 'gross',
        default_vat_rate=float(data.get('vat_rate', 0)),
    )
    assessed = set()
    for item in data['items']:
        partner = world.partner(item['partner'])
        world.owes(partner, item['amount'], item.get('bucket') or names[0])
        if item.get('individual_pct') is not None and partner not in assessed:
            assess(world, partner, item['individual_pct'])
            assessed.add(partner)
        if item.get('exclude_group'):
            world.env['ar.credit.account']._for_partner(
                partner, world.company()
            ).provision_segment_id = env.ref('ar_aging_provision.segment_excluded')
    run = world.run()
    pool = run.line_ids.filtered(lambda line: line.category == 'pool')
    by_bucket = {name: pool.filtered(lambda line, name=name: line.bucket_id.name == name) for name in names}
    return {
        'individual': text(
            sum(run.line_ids.filtered(lambda line: line.category == 'individual').mapped('allowance'))
        ),
        'group_base': {name: text(sum(lines.mapped('base'))) for name, lines in by_bucket.items()},
        'group': {name: text(sum(lines.mapped('allowance'))) for name, lines in by_bucket.items()},
        'total': text(run.required),
    }


def assess(world, partner, rate=None, amount=None):
    world.env['ar.provision.assessment'].create(
        {
            'partner_id': partner.id,
            'kind': 'rate' if amount is None else 'amount',
            'rate': float(rate or 0),
            'amount': float(amount or 0),
            'reason': "Vector",
            'date_from': '2000-01-01',
            'company_id': world.company().id,
        }
    )


def invoice(world, partner, untaxed, tax_amount):
    """An invoice of these amounts, with a tax of its own."""
    company = world.company()
    tax = (
        world.env['account.tax'].create(
            {
                'name': f'VAT {tax_amount}',
                'amount_type': 'fixed',
                'amount': float(tax_amount),
                'type_tax_use': 'sale',
                'company_id': company.id,
                'country_id': company.account_fiscal_country_id.id,
                'tax_group_id': world._once(
                    'tax_group',
                    company.id,
                    lambda: world.env['account.tax.group'].create(
                        {
                            'name': "VAT",
                            'company_id': company.id,
                            'country_id': company.account_fiscal_country_id.id,
                        }
                    ),
                ).id,
            }
        )
        if float(tax_amount)
        else world.env['account.tax']
    )
    partner.with_company(company).property_account_receivable_id = world.receivable
    move = world.env['account.move'].create(
        {
            'move_type': 'out_invoice',
            'partner_id': partner.id,
            'invoice_date': AS_OF,
            'date': AS_OF,
            'invoice_date_due': AS_OF,
            'invoice_payment_term_id': False,
            'journal_id': world.journal(company, 'sale').id,
            'invoice_line_ids': [
                Command.create(
                    {
                        'name': "x",
                        'price_unit': float(untaxed),
                        'account_id': world.counterpart(company).id,
                        'tax_ids': [Command.set(tax.ids)],
                    }
                )
            ],
        }
    )
    move._post(soft=False)
    return move


ADAPTERS = {
    'provision_matrix': provision_matrix,
    'allowance_lifecycle': allowance_lifecycle,
    'rollforward': rollforward,
    'rollforward_from_moves': rollforward_from_moves,
    'individual_and_group': individual_and_group,
}
