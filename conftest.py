"""What holds for every test of the suite."""

import re

import pytest

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
