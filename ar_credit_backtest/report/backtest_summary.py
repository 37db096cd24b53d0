"""What a back-test tells its readers: two policies side by side, and the difference in one sentence."""

from odoo.tools.misc import format_date


def period(backtest):
    """Return which orders were judged, in a sentence."""
    first, last = (format_date(backtest.env, day) for day in (backtest.first_day, backtest.last_day))
    return backtest.env._(
        "Orders confirmed from %(first)s to %(last)s, as the ledger stood on their day. In company currency, "
        "tax included.",
        first=first,
        last=last,
    )


def rows(backtest):
    """Return (label, A, B, difference, its class) of each figure, as text."""
    _, money, value = backtest.env._, backtest.currency_id.format, backtest.order_value
    return [
        _row(_("Orders held, of %s", backtest.order_count), _pair(backtest, 'held_count'), str),
        _row(_("Value held, of %s", money(value)), _pair(backtest, 'held_value'), money),
        _row(
            _("Share of the value held"),
            [held * (100 / value if value else 0.0) for held in _pair(backtest, 'held_value')],
            lambda share: f'{share:.1f} %',
        ),
        _row(_("Customers with a held order"), _pair(backtest, 'customer_count'), str),
        _row(
            _("Good sales put at risk (paid at most %s days late)", backtest.good_days),
            _pair(backtest, 'lost'),
            money,
            worse=1,
        ),
        _row(_("Late payments and bad debts avoided"), _pair(backtest, 'saved'), money, worse=-1),
        _row(_("Their days late, on average"), _pair(backtest, 'late_days'), str),
        _row(_("Not known yet: not due, not invoiced, or credited"), _unknown(backtest), money),
    ]


def _pair(backtest, name):
    return [backtest[f'{name}_a'], backtest[f'{name}_b']]


def _unknown(backtest):
    """Return what each policy held and is neither good nor bad so far."""
    figures = zip(*(_pair(backtest, name) for name in ('held_value', 'lost', 'saved')))
    return [backtest.currency_id.round(held - lost - saved) for held, lost, saved in figures]


def _row(label, figures, text, worse=0):
    a, b = figures
    sign = '+' if b > a else ''
    color = {1: 'text-danger', -1: 'text-success', 0: ''}[worse * ((b > a) - (b < a))]
    return label, text(a), text(b), f'{sign}{text(b - a)}' if b != a else '–', color


def reading(backtest):
    """Return the comparison as one sentence."""
    _, count = backtest.env._, backtest.held_count_b - backtest.held_count_a
    facts = {
        name: backtest.currency_id.format(abs(backtest[f'{field}_b'] - backtest[f'{field}_a']))
        for name, field in (('value', 'held_value'), ('saved', 'saved'), ('lost', 'lost'))
    }
    more = (
        backtest.held_value_b > backtest.held_value_a,
        backtest.saved_b >= backtest.saved_a,
        backtest.lost_b >= backtest.lost_a,
    )
    match more:
        case _any if not backtest.order_count:
            return _("No order was confirmed in these months.")
        case _any if backtest.held_value_a == backtest.held_value_b and not count:
            return _("Both policies would have held the same number of orders and the same value.")
        case True, True, True:
            return _(
                "B would have held %(value)s more: it avoids %(saved)s more of late payments and bad debts, "
                "and puts %(lost)s more of good sales at risk.",
                **facts,
            )
        case False, False, False:
            return _(
                "B would have held %(value)s less: it puts %(lost)s less of good sales at risk, and lets "
                "%(saved)s more of late payments and bad debts through.",
                **facts,
            )
    return _(
        "B would have held other orders than A: compare the rows below, and the orders that only one of them "
        "holds."
    )
