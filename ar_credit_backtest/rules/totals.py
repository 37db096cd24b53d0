"""The figures of a back-test, added up from its orders. Odoo-free."""

SIDES = ('a', 'b')
# What is kept of each customer.
OF_CUSTOMER = (
    'order_count',
    'order_value',
    *(f'{name}_{side}' for name in ('held_count', 'held_value', 'lost', 'saved') for side in SIDES),
)


def total(lines, rounded):
    """Return the summary of these orders, as ``ar.credit.backtest`` keeps it.

    :param lines: the values of ``ar.credit.backtest.line``.
    :param rounded: function that rounds an amount to the currency.
    """
    values = {'order_count': len(lines), 'order_value': rounded(sum(line['amount'] for line in lines))}
    for side in SIDES:
        held = [line for line in lines if line[f'held_{side}']]
        saved = rounded(sum(line[f'saved_{side}'] for line in held))
        late_days = sum(line['late_days_amount'] for line in held)
        values |= {
            f'held_count_{side}': len(held),
            f'held_value_{side}': rounded(sum(line['amount'] for line in held)),
            f'customer_count_{side}': len({line['partner_id'] for line in held}),
            f'lost_{side}': rounded(sum(line[f'lost_{side}'] for line in held)),
            f'saved_{side}': saved,
            f'late_days_{side}': round(late_days / saved) if saved else 0,
        }
    return values


def by_customer(lines, rounded):
    """Return the summary of each customer's orders, as ``ar.credit.backtest.customer`` keeps it."""
    groups = {}
    for line in lines:
        groups.setdefault(line['partner_id'], []).append(line)
    return [
        {'partner_id': customer, **{name: found[name] for name in OF_CUSTOMER}}
        for customer, group in groups.items()
        for found in [total(group, rounded)]
    ]
