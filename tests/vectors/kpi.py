"""Kinds of chapter 7: the formulas of the key figures."""

from importlib import import_module


class Rules:
    """The formulas, found when the addons are on Python's path: once a registry is loaded."""

    def __getattr__(self, name):
        return getattr(import_module('odoo.addons.ar_cockpit.rules.kpi'), name)


kpi = Rules()


def rounded(value, unit):
    return import_module('odoo.addons.ar_base.rules.money').rounded(value, unit)


ROW = ('opening', 'invoiced', 'credit_notes', 'collected', 'written_off', 'overdue_closing')


def figure(env, data):
    value = METRICS[data['metric']](data)
    rest = value if isinstance(value, dict) else {'value': value}
    unit = data.get('rounding', '0.01')
    return {
        name: None if part is None else str(rounded(part, unit if name == 'value' else '0.01'))
        for name, part in rest.items()
    }


def count_back(data):
    months = [(month['sales'], int(month['days'])) for month in data['months']]
    found = kpi.count_back(data['receivables'], months)
    return {'value': found.days, 'unexplained': found.unexplained}


def turnover(data):
    found = kpi.turnover(data['credit_sales'], data['opening'], data['closing'], data.get('year_days', 365))
    return {'value': found and found.times, 'days': found and found.days}


def best_possible(data):
    return kpi.dso(data['current_receivables'], data['credit_sales'], data['days'])


def delinquent(data):
    if 'dso' in data:
        return kpi._number(data['dso']) - kpi._number(
            data.get('best_possible', data.get('dso_best_possible'))
        )
    current = data.get('current_receivables', data.get('current'))
    return kpi.average_days_delinquent(data['receivables'], current, data['credit_sales'], data['days'])


def effectiveness(data):
    return kpi.collection_effectiveness(
        data['opening'], data['credit_sales'], data['periods'], data['closing_total'], data['closing_current']
    )


def average_days(data):
    rows = data.get('payments') or data.get('invoices')
    return kpi.average_days([(row['amount'], row.get('days', row.get('days_late'))) for row in rows])


def collection_rate(data):
    added = data.get('fallen_due')
    if added is None:
        added = kpi._number(data['invoiced']) - kpi._number(data.get('credit_notes', 0))
    return kpi.collection_rate(data['collected'], data['opening'], added)


METRICS = {
    'dso_simple': lambda data: kpi.dso(data['receivables'], data['credit_sales'], data['days']),
    'dso_best_possible': best_possible,
    'add': delinquent,
    'dso_countback': count_back,
    'cei': effectiveness,
    'turnover': turnover,
    'overdue_ratio': lambda data: kpi.percent(data['overdue'], data['receivables']),
    'bad_debt_ratio': lambda data: kpi.percent(
        data['written_off'] if 'written_off' in data else data['write_offs'], data['credit_sales']
    ),
    'allowance_coverage': lambda data: kpi.percent(data['allowance'], data['overdue']),
    'odoo_dso': lambda data: kpi.dso(
        data.get('credit', data.get('receivables')),
        data.get('invoiced', data.get('credit_sales')),
        data['days'],
    ),
    'dso_true': lambda data: kpi.true_dso(
        [(row['open'], row['month_sales'], row['age']) for row in data['invoices']]
    ),
    'avg_days_to_pay': average_days,
    'collection_rate': collection_rate,
}


def by_salesperson(env, data):
    each, total = kpi.performance_by_salesperson(
        [[row[name] for name in ROW] for row in data['rows']], data['days']
    )
    return {
        'rows': [
            {'salesperson': row['salesperson'], **shown(found)}
            for row, found in zip(data['rows'], each, strict=True)
        ],
        'total': shown(total),
    }


def shown(performance):
    return {
        name: None if value is None else str(rounded(value, '0.01'))
        for name, value in performance._asdict().items()
    }


ADAPTERS = {'kpi': figure, 'kpi_by_salesperson': by_salesperson}
