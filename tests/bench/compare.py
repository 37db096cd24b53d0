"""The credit check and its neighbours on a ledger that looks like a real one: ``./setup/bench compare``.

Two copies of the same database, one with the suite; each round in a transaction of its own, rolled back.
Prints the table of ``docs/performance.md``.
"""

import argparse
import os
import subprocess
import sys
import time

import odoo.init  # noqa: F401  (makes the namespace package complete)
from odoo.fields import Command
from odoo.tools import config

from . import compare_allowance, compare_books, compare_jobs, compare_sales, menus
from .turns import Site

# row: measurement; each yields (what, without the suite or by hand, with the suite, ratio, queries, goal).
ROWS = {
    'confirm': compare_sales.confirmations,
    'held': compare_sales.held,
    'journal': compare_sales.journal_of_a_confirmation,
    'exposure': compare_sales.exposure_of_all,
    'screens': compare_sales.screens,
    'post': compare_books.posting,
    'pay': compare_books.payments,
    'run': compare_allowance.runs,
    'run-journal': compare_allowance.journal_of_a_run,
    'write-off': compare_allowance.write_offs,
    'aging': compare_jobs.agings,
    'snapshot': compare_jobs.snapshot,
    'differences': compare_jobs.differences,
    'period': compare_jobs.period,
    'order-to-cash': compare_jobs.order_to_cash,
    'dunning': compare_jobs.dunning,
    'worklist': compare_jobs.worklist,
    'behaviour': compare_jobs.behaviour,
    'statement': compare_jobs.statements,
    'backtest': compare_jobs.backtest,
    'cockpit': compare_jobs.cockpit,
    'menus': menus.menus,
    'verify': compare_books.verification,
}
SUITE = 'ar_receivables'
PEOPLE = {
    'seller': ('sales_team.group_sale_salesman',),
    'accountant': ('account.group_account_manager',),
    'controller': ('ar_base.group_controller',),
    'manager': ('ar_base.group_manager', 'account.group_account_manager'),
}
# Every rule holds, at thresholds that nothing on the ledger reaches.
OPEN = {'max_amount': 10.0**12, 'max_days': 10**5, 'max_pct': 10.0**6, 'max_level': 99, 'max_count': 10**6}


def main():
    parser = argparse.ArgumentParser(prog='setup/bench compare', description=__doc__.split('\n')[0])
    parser.add_argument('--with', required=True, dest='suite')
    parser.add_argument('--without', required=True)
    parser.add_argument('--plain', required=True, help="the apps of Odoo alone, to install the suite into")
    parser.add_argument('--size', default='M')
    parser.add_argument('--rounds', type=int, default=7)
    parser.add_argument('--only', default=','.join(['install', *ROWS]), help="rows, with commas between")
    options = parser.parse_args()
    config.parse_config([], setup_logging=False)
    asked = options.only.split(',')
    _heading()
    installed = _install(options.suite)
    if 'install' in asked:
        _row("installing the suite; on an empty company", _install(options.plain), installed)
    without, suite = Site(options.without), Site(options.suite)
    for site in (without, suite):
        _people(site)
    _open_every_rule(suite)
    for name, measure in ROWS.items():
        if name in asked:
            for row in measure(without, suite, options.rounds):
                _row(*row)


def _install(database):
    """Install the suite by a process of its own, as an administrator does; return the seconds."""
    start = time.perf_counter()
    subprocess.run(
        [sys.executable, '-m', 'odoo', '-d', database, '-i', SUITE, '--stop-after-init', '--no-http']
        + ['--max-cron-threads=0', '--log-level=error'],
        check=True,
        env=os.environ,
    )
    seconds = time.perf_counter() - start
    subprocess.run(['psql', '-qd', database, '-c', 'VACUUM (ANALYZE)'], check=True)
    return seconds


def _people(site):
    with site.env(keep=True) as env:
        for login, groups in PEOPLE.items():
            found = [env.ref(group, raise_if_not_found=False) for group in groups]
            if all(found):
                user = (
                    env['res.users']
                    .with_context(no_reset_password=True)
                    .create(
                        {
                            'name': login.title(),
                            'login': f'bench-{login}',
                            'email': f'{login}@bench.example',
                            'group_ids': [
                                Command.set([env.ref('base.group_user').id, *(group.id for group in found)])
                            ],
                        }
                    )
                )
                site.users[login] = user.id


def _open_every_rule(site):
    with site.env(keep=True) as env:
        rules = env['ar.credit.rule'].search([])
        rules.write({'outcome': 'hold', **OPEN})
        env.company.write({'ar_observe_until': False})


def _heading():
    print("| what | without | with the suite | ratio | queries without, with |")
    print("|---|---|---|---|---|", flush=True)


def _row(what, without, suite, ratio=None, queries=None):
    """Print one row; seconds, or None where there is nothing to compare with."""
    ratio = ratio or (suite / without if without else None)
    cells = [
        what,
        _time(without),
        _time(suite),
        f'{ratio:.2f}' if ratio else '',
        ', '.join(f'{count:.0f}' for count in queries) if queries else '',
    ]
    print(f"| {' | '.join(cells)} |", flush=True)


def _time(seconds):
    if seconds is None:
        return ''
    return f'{seconds:.2f} s' if seconds >= 1 else f'{1000 * seconds:.1f} ms'


if __name__ == '__main__':
    main()
