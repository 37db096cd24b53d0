"""Topic 2: loss rates from history."""

from decimal import ROUND_HALF_UP, Decimal
from importlib import import_module


class Product:
    """The addon's rules; Odoo knows where addons are only once the registry is there."""

    def __getattr__(self, name):
        return getattr(import_module('odoo.addons.ar_aging_provision.rules.loss_rates'), name)


loss_rates = Product()


def decimals(values):
    return [Decimal(value) for value in values]


def six(value):
    shown = value.quantize(Decimal('0.000001'), ROUND_HALF_UP)
    return str(shown if shown else abs(shown))


def portfolio(data, rates):
    if 'portfolio' not in data:
        return {}
    rounding = Decimal(data.get('rounding', '0.01'))
    losses = loss_rates.expected(decimals(data['portfolio']), rates, rounding)
    return {
        'ecl': [str(loss.quantize(rounding)) for loss in losses],
        'ecl_total': str(sum(losses).quantize(rounding)),
    }


def loss_rates_from_collections(_env, data):
    reached, loss, rates = loss_rates.collections(
        Decimal(data['sales']), [Decimal(row['amount']) for row in data['collected']]
    )
    factor = Decimal(data.get('rate_multiplier', 1))
    return {
        'reached': [f'{value:.2f}' for value in reached],
        'loss': f'{loss:.2f}',
        'rates': list(map(six, rates)),
        **portfolio(data, [loss_rates.capped(rate, factor) for rate in rates]),
    }


def roll_rate(_env, data):
    snapshots = [decimals(row) for row in data['snapshots']]
    gone = [decimals(row) for row in data.get('write_offs', [])]
    migration = loss_rates.migrations(snapshots, gone)
    pooled = data.get('averaging', 'simple') != 'simple'
    average = (
        loss_rates.pooled(*loss_rates.moved(snapshots, gone)) if pooled else loss_rates.averages(migration)
    )
    rates = loss_rates.chain(average, Decimal(data['last_bucket_loss']))
    ecl_rates = [loss_rates.capped(rate, Decimal(data.get('rate_multiplier', 1))) for rate in rates]
    return {
        'migration': [list(map(six, row)) for row in migration],
        'average': list(map(six, average)),
        'loss_rates': list(map(six, rates)),
        'ecl_rates': list(map(six, ecl_rates)),
        **portfolio(data, ecl_rates),
    }


def chain_loss_rate(_env, data):
    rates = loss_rates.chain(decimals(data['flow_rates']), Decimal(data['loss_given_last']))
    return {'loss_rates': list(map(six, rates))}


def vintage(_env, data):
    incremental, lifetime, remaining = loss_rates.vintage(
        [(Decimal(cohort['sales']), decimals(cohort['cum_loss'])) for cohort in data['cohorts']]
    )
    return {
        'incremental': list(map(six, incremental)),
        'lifetime': six(lifetime),
        'remaining_by_age': list(map(six, remaining)),
    }


def scenario_weight(env, data):
    policy = env['ar.provision.policy'].new(
        {
            'forward': 'scenarios',
            'scenario_ids': [
                (
                    0,
                    0,
                    {'name': str(i), 'weight': float(row['weight']), 'multiplier': float(row['multiplier'])},
                )
                for i, row in enumerate(data['scenarios'])
            ],
        }
    )
    multiplier = policy._forward_multiplier()
    return {'multiplier': six(multiplier), 'rate': six(Decimal(data['base_rate']) * multiplier)}


ADAPTERS = {
    'loss_rates_from_collections': loss_rates_from_collections,
    'roll_rate': roll_rate,
    'chain_loss_rate': chain_loss_rate,
    'vintage': vintage,
    'scenario_weight': scenario_weight,
}
