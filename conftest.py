"""What holds for every test of the suite."""

import re
import sys
from functools import cache
from pathlib import Path

import pytest

from tests import databases

ROOT = Path(__file__).parent
sys.path.insert(0, str(ROOT / 'setup' / 'lib'))
from addons import neighbours  # noqa: E402 -- the one place that knows which bridges wait for an app

# Addons that a test installs in a database of its own run their own tests there.
collect_ignore = ['tests/addons']

# Odoo skips a test whose tools do not work. Here they are part of the environment, so that is a failure.
BROKEN_TOOL = re.compile(r"chrom|websocket|wkhtmltopdf|--odoo-http|not found", re.IGNORECASE)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    reason = report.longrepr[2] if report.skipped and isinstance(report.longrepr, tuple) else ''
    if BROKEN_TOOL.search(reason):
        report.outcome = 'failed'
        report.longrepr = f"{item.nodeid}: {reason}"


@cache
def _installed(database):
    rows = databases.query(database, "SELECT name FROM ir_module_module WHERE state = 'installed'")
    return {name for (name,) in rows}


def pytest_ignore_collect(collection_path, config):
    """Leave tests of bridges to databases that have their apps: ``tests/test_neighbours.py`` makes one."""
    folder = collection_path.relative_to(ROOT).parts[:1] if collection_path.is_relative_to(ROOT) else ()
    database = config.getoption('--odoo-database')
    if folder and folder[0] in neighbours() and database and folder[0] not in _installed(database):
        return True
    return None


@pytest.fixture(scope='session', autouse=True)
def charts_listed_once():
    """Let Odoo list the charts of accounts once.

    Every class of tests makes a company of its own, and Odoo looks through all its modules 28 times for it: a
    fifth of what a class costs before its first test.
    """
    from odoo.addons.account.models.chart_template import AccountChartTemplate  # noqa: PLC0415

    asked, found = AccountChartTemplate._get_chart_template_mapping, {}

    def listed(self, get_all=False):
        key = (self.env.cr.dbname, self.env.lang, get_all)
        if key not in found:
            found[key] = asked(self, get_all)
        return dict(found[key])

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(AccountChartTemplate, '_get_chart_template_mapping', listed)
        yield
