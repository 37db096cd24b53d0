"""The reconciliation over many orders and invoices: the workbench, the search for differences, a month.

One order with one line for each invoice of the ledger, of ten salespersons; one line in twenty is not
invoiced in full.
"""

import time
from datetime import timedelta
from statistics import median

from odoo.fields import Command, Date
from odoo.tests import new_test_user
from odoo.tools import SQL

SELLERS = 10
ROUNDS = 5
FIGURES = ('ordered', 'delivered', 'invoiced', 'credited', 'collected', 'outstanding', 'overdue')
PAGE = {
    **{name: {} for name in (*FIGURES, 'stage', 'date_order', 'invoice_count', 'settled_other')},
    **{
        name: {'fields': {'display_name': {}}}
        for name in ('order_id', 'partner_id', 'product_id', 'currency_id')
    },
}


def load_orders(env, loader):
    """Copy one order for each invoice of ``loader``'s plan, linked with it."""
    env['ar.credit.rule'].search([]).outcome = 'none'
    order = env['sale.order'].create(
        {
            'partner_id': loader.debit.partner_id.id,
            'order_line': [
                Command.create(
                    {
                        'product_id': env['product.product']
                        .create({'name': "x", 'type': 'service', 'invoice_policy': 'delivery'})
                        .id,
                        'product_uom_qty': 1,
                        'price_unit': 100,
                        'tax_ids': [Command.clear()],
                    }
                )
            ],
        }
    )
    order.action_confirm()
    order.order_line.qty_delivered = 1
    users = env['res.users'].create(
        [
            {
                'name': f"Seller {n}",
                'login': f'bench_seller_{n}',
                'company_id': env.company.id,
                'company_ids': [Command.set(env.company.ids)],
            }
            for n in range(SELLERS)
        ]
    )
    env.flush_all()
    seller = f"(ARRAY{users.ids})[1 + p.n %% {SELLERS}]"
    orders, lines = loader._top('sale_order'), loader._top('sale_order_line')
    plan = SQL("FROM bench_plan p")
    loader._copy(
        order,
        plan,
        {
            'id': f'{orders} + p.n',
            'name': "'O/' || p.n",
            'date_order': "p.day - INTERVAL '3 day'",
            'user_id': seller,
            **dict.fromkeys(('partner_id', 'partner_invoice_id', 'partner_shipping_id'), 'p.partner'),
            **dict.fromkeys(('amount_untaxed', 'amount_total'), 'p.amount'),
        },
    )
    loader._copy(
        order.order_line,
        plan,
        {
            'id': f'{lines} + p.n',
            'order_id': f'{orders} + p.n',
            'order_partner_id': 'p.partner',
            'salesman_id': seller,
            **dict.fromkeys(
                (
                    'price_unit',
                    'price_subtotal',
                    'price_total',
                    'price_reduce_taxexcl',
                    'price_reduce_taxinc',
                ),
                'p.amount',
            ),
            'qty_invoiced': '1',
            'product_uom_qty': 'CASE WHEN p.n %% 20 = 3 THEN 2 ELSE 1 END',
        },
    )
    for query in (
        "INSERT INTO sale_order_line_invoice_rel (order_line_id, invoice_line_id)"
        f" SELECT {lines} + n, line + 1 FROM bench_plan",
        "UPDATE account_move_line l SET price_total = amount, price_subtotal = amount"
        " FROM bench_plan p WHERE l.id = p.line + 1",
        f"UPDATE account_move m SET invoice_user_id = {seller.replace('%%', '%')}"
        " FROM bench_plan p WHERE m.id = p.move",
    ):
        env.cr.execute(query)
    for table in ('sale_order', 'sale_order_line'):
        env.cr.execute(
            SQL("SELECT setval(%s, (SELECT MAX(id) FROM %s))", f'{table}_id_seq', SQL.identifier(table))
        )
    env.cr.commit()
    for table in (
        'sale_order',
        'sale_order_line',
        'sale_order_line_invoice_rel',
        'account_move',
        'account_move_line',
    ):
        env.cr.execute(SQL("ANALYZE %s", SQL.identifier(table)))
    env.cr.commit()
    env.invalidate_all()


def measured(env, what, act, rounds=ROUNDS):
    seconds = []
    for _round in range(rounds):
        env.invalidate_all()
        before, start = env.cr.sql_log_count, time.perf_counter()
        act()
        seconds.append(time.perf_counter() - start)
        queries = env.cr.sql_log_count - before
    print(f"{what:58} {median(seconds):8.3f} s {queries:6} queries", flush=True)


def run(env, loader):
    start = time.perf_counter()
    load_orders(env, loader)
    print(
        f"{loader.count} orders loaded in {time.perf_counter() - start:.0f} s; medians of {ROUNDS}",
        flush=True,
    )
    accountant = new_test_user(
        env, 'bench_accountant', groups='base.group_user,ar_base.group_accountant', company_id=env.company.id
    )
    _workbench(env, env['ar.order.to.cash'].with_user(accountant).with_company(env.company))
    _period(env)


def _workbench(env, rows):
    recent = [('date_order', '>=', '-3m')]
    read = lambda domain: rows.web_search_read(domain, PAGE, limit=80, count_limit=10001)  # noqa: E731
    measured(env, "workbench: the page as it opens", lambda: read(recent))
    measured(env, "workbench: all orders", lambda: read([]))
    measured(
        env, "workbench: overdue lines of the last 3 months", lambda: read([*recent, ('overdue', '>', 0)])
    )
    pivot = lambda domain: rows._read_group(domain, ['salesperson_id'], [f'{name}:sum' for name in FIGURES])  # noqa: E731
    measured(env, "pivot by salesperson: last 3 months", lambda: pivot(recent))
    measured(env, "pivot by salesperson: all orders", lambda: pivot([]), 3)
    year = rows.with_context(as_of=Date.to_string(Date.today() - timedelta(days=365)))
    measured(
        env,
        "workbench: the page as of a year ago",
        lambda: year.web_search_read([], PAGE, limit=80, count_limit=10001),
    )


def _period(env):
    Difference, Period = env['ar.sales.difference'], env['ar.sales.reconciliation']
    measured(env, "differences: the first search", lambda: Difference._find(env.company), 1)
    print(f"  {Difference.search_count([('company_id', '=', env.company.id)])} found")
    measured(env, "differences: searched again", lambda: Difference._find(env.company), 3)
    start, end = Period._default_month()
    measured(
        env,
        "period: figures of the last month, all parts",
        lambda: Period._read_period(env.company, start, end),
    )
    ago = Date.subtract(start, years=1), Date.subtract(start, years=1, months=-1, days=1)
    measured(
        env, "period: figures of the month a year before", lambda: Period._read_period(env.company, *ago)
    )
    measured(
        env,
        "period: generate the last month by salesperson",
        lambda: Period._generate(env.company, start, end, 'salesperson'),
        1,
    )
    parts = Period.search([('company_id', '=', env.company.id)])
    print(f"  {len(parts)} parts, {len(parts.line_ids)} customers' lines, ties: {all(parts.mapped('ties'))}")
    measured(env, "period: compared with the ledger again", parts._recheck, 3)
