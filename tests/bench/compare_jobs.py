"""Aging, jobs and work lists: what is measured of them. Each yields rows for ``compare._row``."""

from datetime import timedelta
from statistics import median

from odoo.fields import Date

from . import aging
from .compare_sales import CUSTOMERS, PAGE, _compared, _customer, _specification
from .reconciliation import FIGURES
from .turns import Turns, span


def _alone(site, what, act, rounds, login=None):
    """Yield the row of a work with which nothing is compared: ``act(env)`` returns what is to be timed."""

    def once():
        with site.env(login) as env:
            return span(env, act(env))

    turns = Turns(rounds, suite=once)
    yield what, None, turns.seconds('suite'), None, [turns.queries('suite')]


def agings(without, suite, rounds):
    """By customer and bucket; next to hand-written SQL for these figures alone."""
    today = Date.today()
    for what, as_of, text in (
        ("today", today, aging.TODAY),
        ("six months ago", today - timedelta(days=182), aging.THEN),
    ):

        def by_hand(as_of=as_of, text=text):
            with suite.env() as env:
                query = aging.by_hand(env, as_of, text)
                return span(env, lambda: env.execute_query(query))

        def product(as_of=as_of):
            with suite.env() as env:
                return span(env, lambda: aging.through_the_product(env, as_of))

        turns = Turns(rounds, without=by_hand, suite=product)
        yield _compared(f"aging by customer and bucket, {what}; one hand-written query", turns)


def snapshot(without, suite, rounds):
    def take(env):
        return lambda: env['ar.aging.snapshot']._take(env.company, Date.today() - timedelta(days=1))

    yield from _alone(suite, "snapshot of the day", take, rounds)


def differences(without, suite, rounds):
    def find(env):
        return lambda: env['ar.sales.difference']._find(env.company)

    yield from _alone(suite, "differences between sales and finance, the first search", find, rounds)


def period(without, suite, rounds):
    def build(env):
        start, end = env['ar.sales.reconciliation']._default_month()
        return lambda: env['ar.sales.reconciliation']._generate(env.company, start, end, 'salesperson')

    yield from _alone(suite, "the last month's periods by salesperson", build, rounds)


def order_to_cash(without, suite, rounds):
    recent = [('date_order', '>=', '-3m')]

    def page(env):
        rows = env['ar.order.to.cash']
        shown = _specification(rows, 'list')
        return lambda: rows.web_search_read(recent, shown, limit=PAGE, count_limit=10001)

    def pivot(env):
        sums = [f'{name}:sum' for name in FIGURES]
        return lambda: env['ar.order.to.cash']._read_group([], ['salesperson_id'], sums)

    yield from _alone(suite, "order to cash, first page", page, rounds, 'manager')
    yield from _alone(suite, "order to cash of all orders by salesperson", pivot, rounds, 'manager')


def dunning(without, suite, rounds):
    """The proposal of all customers; seconds of all, and milliseconds of one item."""
    found = []

    def propose(env):
        env['ar.dunning.plan'].search([]).write({'withhold_unmatched': False})
        run = env['ar.dunning.run'].create({'company_id': env.company.id, 'run_date': Date.today()})

        def act():
            ahead = {}
            run._start()
            while run.state == 'proposing':
                run._propose_some(ahead=ahead)
            found.append(len(run.notice_ids.line_ids))

        return act

    for what, _without, seconds, _ratio, queries in _alone(suite, "dunning proposal", propose, rounds):
        items = median(found)
        each = 1000 * seconds / max(items, 1)
        yield f"{what} of {items:,.0f} items, {each:.2f} ms each", None, seconds, None, queries


def worklist(without, suite, rounds):
    def page(env):
        rows = env['ar.collection.worklist']
        shown = _specification(rows, 'list')
        return lambda: rows.web_search_read([], shown, limit=PAGE, count_limit=10001)

    def panel(env):
        rows = env['ar.collection.worklist']
        return lambda: rows.search_panel_select_range('next_kind', enable_counters=True)

    yield from _alone(suite, "collector's worklist, first page", page, rounds, 'controller')
    yield from _alone(suite, "the panel next to it", panel, rounds, 'controller')


def behaviour(without, suite, rounds):
    def refresh(env):
        accounts = env['ar.credit.account'].search([])
        return accounts._credit_refresh_behaviour

    yield from _alone(suite, "payment behaviour of all credit files", refresh, rounds)


def statements(without, suite, rounds):
    for who, ref in CUSTOMERS.items():

        def read(env, ref=ref):
            account = env['ar.credit.account']._for_partner(_customer(env, ref), env.company)
            return lambda: account._statement_data(Date.today(), 'open_items', False)

        yield from _alone(suite, f"statement of {who}", read, rounds)


def backtest(without, suite, rounds):
    def run(env):
        test = env['ar.credit.backtest'].create({'company_id': env.company.id, 'months': 24})
        return test._run

    yield from _alone(suite, "back-test of the rules over two years", run, rounds)


def cockpit(without, suite, rounds):
    def months(env):
        return lambda: env['ar.kpi']._update_months(env.company)

    def page(env):
        return env['ar.overview'].ar_page

    def freeze(env):
        return lambda: env['ar.forecast']._freeze(env.company, Date.today())

    def warn(env):
        return lambda: env['ar.warning']._look(env.company)

    with suite.env(keep=True) as env:
        months(env)()
    yield from _alone(suite, "key figures: the running months again", months, rounds)
    yield from _alone(suite, "overview page", page, rounds, 'manager')
    yield from _alone(suite, "forecast of thirteen weeks", freeze, rounds)
    yield from _alone(suite, "early warning of all customers", warn, rounds)
