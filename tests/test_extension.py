"""An addon extends credit control without a patch: it is installed, and its own tests pass."""

import os

import pytest

from . import databases as db

pytestmark = pytest.mark.slow


def test_an_addon_appends_a_component_a_fact_and_a_rule():
    database = f'extension_{os.getpid()}'
    path = [*db.config['addons_path'], str(db.ROOT / 'tests' / 'addons')]
    db.drop(database)
    db.create(database)
    try:
        db.install(database, 'ar_credit_backtest')
        db.odoo(
            '-d', database, '-i', 'ar_test_extension', '--stop-after-init', '--no-http',
            '--max-cron-threads=0', '--log-level=warn', '--test-tags=/ar_test_extension',
            f"--addons-path={','.join(path)}",
        )  # fmt: skip
        found = db.query(database, "SELECT count(*) FROM ar_credit_rule WHERE code = 'consignments'")
        assert found[0][0], "every company has the rule"
    finally:
        db.drop(database)
