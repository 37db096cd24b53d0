"""Kind ``aging``: entries and matches as Odoo stores them, read back through ``ar.open.item``."""

from odoo.fields import Command

from .world import World


def aging(env, data):
    options = data['options']
    world = World(env, options.get('company_currency'))
    lines = {}
    for row in data['lines']:
        if row.get('state', 'posted') != 'posted':
            continue
        company = world.company(row['company'])
        lines[row['id']] = world.entry(
            company,
            world.account(company, row['account']),
            world.partner(row['partner']),
            row['date'],
            float(row['balance']),
            world.currency(row['currency']) if row.get('currency') else None,
            float(row['amount_currency']) if row.get('amount_currency') else None,
            row.get('due_date'),
            row.get('invoice_date'),
        )
    for row in data['partials']:
        match(env, lines[row['debit']], lines[row['credit']], row)
    scheme = make_scheme(env, options)
    names = options.get('companies') or sorted({row['company'] for row in data['lines']})
    items = world.env_for(*names)['ar.open.item'].with_context(
        as_of=data['as_of'], aging_scheme_id=scheme.id, **valuation(world, data, names)
    )
    if options.get('accounts'):
        items = items.with_context(
            aging_account_ids=[
                world.account(world.company(name), code).id for name in names for code in options['accounts']
            ]
        )
    return answer(items, scheme, [world.company(name).id for name in names])


def match(env, debit, credit, row):
    """Store the match itself, as ``reconcile`` would have for these amounts."""
    amount = float(row['amount'])
    env['account.partial.reconcile'].create(
        {
            'debit_move_id': debit.id,
            'credit_move_id': credit.id,
            'amount': amount,
            'debit_amount_currency': float(row.get('debit_amount_currency', amount)),
            'credit_amount_currency': float(row.get('credit_amount_currency', amount)),
        }
    )


def make_scheme(env, options):
    buckets = options['buckets']
    years = 'upto_years' in buckets[0]
    lower, upper = ('after_years', 'upto_years') if years else ('min', 'max')
    return env['ar.aging.scheme'].create(
        {
            'name': "Vector",
            'basis': options['basis'],
            'unit': 'year' if years else 'day',
            'credits': options['credits'],
            'bucket_ids': [
                Command.create(
                    {
                        'name': bucket['label'],
                        'sequence': i,
                        'lower': bucket[lower] or 0,
                        'upper': bucket[upper] or 0,
                    }
                )
                for i, bucket in enumerate(buckets)
            ],
        }
    )


def valuation(world, data, names):
    """Enter the vector's rates as Odoo's own and ask for the valuation that it names."""
    options, context = data['options'], {}
    fx = options.get('fx', {})
    for company_name, rates in fx.get('rates', {}).items():
        for currency, rate in rates.items():
            world.rate(world.company(company_name), world.currency(currency), data['as_of'], rate)
    if fx.get('mode') == 'closing':
        context['aging_valuation'] = 'closing'
    if rates := options.get('consolidation_rates'):
        home = world.company(next(name for name in names if float(rates[name]) == 1))
        for name in names:
            currency = world.company(name).currency_id
            if currency != home.currency_id:
                world.rate(home, currency, data['as_of'], rates[name])
        context['aging_currency_id'] = home.currency_id.id
        context['allowed_company_ids'] = [
            home.id,
            *(world.company(name).id for name in names if world.company(name) != home),
        ]
    return context


def answer(items, scheme, company_ids):
    sums = dict(items._read_group([('company_id', 'in', company_ids)], ['bucket_id'], ['residual:sum']))
    unallocated = sums.pop(items.env['ar.aging.bucket'], 0.0)
    return {
        'buckets': {bucket.name: f'{sums.get(bucket, 0.0):.2f}' for bucket in scheme.bucket_ids},
        'unallocated': f'{unallocated:.2f}',
        'total': f'{sum(sums.values()) + unallocated:.2f}',
    }


ADAPTERS = {'aging': aging}
