"""No menu reads record by record: queries of first pages, on a ledger that looks like a real one.

The seconds of the same pages on larger ledgers: ``./setup/bench compare --only menus``.
"""

import os
import subprocess
import sys

import pytest

import odoo.sql_db
from odoo.fields import Date

from . import databases as db
from .bench.menus import ROLES, opened, people
from .bench.turns import Site

pytestmark = pytest.mark.slow
MOST = 40  # queries of a page, however many customers there are
# One question after another to the set-up, not to its records: their number does not grow.
KNOWN = {'ar_base.menu_first_steps': 60}


@pytest.fixture(scope='module')
def site():
    """Twenty thousand invoices of a thousand customers, the suite, and a day of its jobs."""
    name = f'life_{os.getpid()}_menus'
    db.drop(name)
    db.create(name)
    try:
        db.install(name, 'sale_management', 'account', 'contacts')
        subprocess.run(
            [sys.executable, '-m', 'tests.bench.realistic', '--database', name, '--size', 'S'],
            cwd=db.ROOT,
            check=True,
            capture_output=True,
        )
        db.install(name, 'ar_receivables')
        found = Site(name)
        with found.env(keep=True) as env:
            _day(env)
        people(found)
        yield found
    finally:
        odoo.sql_db.close_db(name)
        db.drop(name)


def _day(env):
    company, today = env.company, Date.today()
    customers = env['res.partner'].search([('customer_rank', '>', 0)]).commercial_partner_id
    env['ar.credit.account']._for_partners(customers, company)
    env['ar.aging.snapshot']._take(company, today)
    run = env['ar.dunning.run'].create({'company_id': company.id, 'run_date': today})
    run._start()
    while run.state == 'proposing':
        run._propose_some()
    env['ar.sales.difference']._find(company)
    env['ar.sales.reconciliation']._generate(
        company, *env['ar.sales.reconciliation']._default_month(), 'salesperson'
    )
    env['ar.kpi']._update_months(company)
    env['ar.forecast']._freeze(company, today)
    env['ar.warning']._look(company)
    env['ar.score.card']._update_recent(company)


@pytest.mark.parametrize('role', ROLES)
def test_queries_of_every_menu(site, role):
    with site.env(role) as env:
        found = list(opened(env, role))
    assert found, "this role has no menu"
    assert any(one.rows for one in found), "every page is empty"
    many = [
        f"{one.menu}: {one.queries} queries for {one.rows} rows"
        for one in found
        if one.queries > KNOWN.get(one.menu, MOST)
    ]
    assert not many, '\n'.join(many)
