"""The bridges to apps of Odoo's that the suite does not bring: their tests, in a database with those apps."""

import os
import subprocess
import sys

import pytest

from odoo.tools import config

from . import databases as db

sys.path.insert(0, str(db.ROOT / 'setup' / 'lib'))
from addons import neighbours  # noqa: E402 -- the one place that knows which bridges wait for an app

pytestmark = pytest.mark.slow
# What else confirms, copies or prices orders in such a company, and by what customers pay in the browser.
OTHERS = ('sale_loyalty', 'sale_project', 'payment_demo')


@pytest.fixture(scope='module')
def database():
    database = f'life_{os.getpid()}_neighbours'
    db.drop(database)
    db.create(database)
    apps = set().union(*neighbours().values())
    db.install(database, 'ar_credit_control', *sorted(apps), *OTHERS, options=['--load-language=en_US,zh_CN'])
    yield database
    db.drop(database)


def test_bridges_come_with_their_apps_and_hold(database):
    installed = db.query(database, "SELECT name FROM ir_module_module WHERE state = 'installed'")
    assert set(neighbours()) <= {name for (name,) in installed}
    folders = [f'{name}/tests' for name in sorted(neighbours())]
    assert all(any((db.ROOT / folder).glob('test_*.py')) for folder in folders)
    done = subprocess.run(
        [
            sys.executable,
            '-m',
            'pytest',
            '-q',
            '-s',
            f'--odoo-config={config["config"]}',
            f'--odoo-database={database}',
            '--odoo-http',
            *folders,
        ],
        cwd=db.ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )
    summary = done.stdout[-8000:]
    assert not done.returncode, summary + done.stderr[-2000:]
    assert ' skipped' not in summary.splitlines()[-1], summary


def test_bridges_go_and_leave_nothing(database):
    copy = f'{database}_copy'
    db.copy(database, copy)
    try:
        before = db.schema(copy)
        bridges = sorted(neighbours())
        db.uninstall(copy, *bridges)
        after = db.schema(copy)
        left = [row for row in after['external id'] if row[0] in bridges]
        left += [row for kind in after for row in after[kind] - before[kind] if kind != 'external id']
        assert not left
        db.install(copy, *bridges)
        again = db.schema(copy)
        kinds = ('column', 'constraint', 'index', 'field', 'external id')
        assert {kind: again[kind] ^ before[kind] for kind in kinds} == {kind: set() for kind in kinds}
    finally:
        db.drop(copy)
