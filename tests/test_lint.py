"""Odoo's own test_lint, on our addons only."""

import logging
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import pytest

from odoo.modules import Manifest
from odoo.tools import config

# What is imported is what is collected: without these lines nothing is checked. Odoo's own pylint run is left
# out: ruff and pylint-odoo check the same, and it does not know the names of pylint-odoo's messages in our
# comments.
from odoo.addons.test_lint.tests.test_dunderinit import TestDunderinit  # noqa: F401
from odoo.addons.test_lint.tests.test_i18n import TestI18n  # noqa: F401
from odoo.addons.test_lint.tests.test_index import TestIndex  # noqa: F401
from odoo.addons.test_lint.tests.test_jstranslate import TestJsTranslations  # noqa: F401
from odoo.addons.test_lint.tests.test_manifests import MANIFEST_KEYS, ManifestLinter  # noqa: F401
from odoo.addons.test_lint.tests.test_naming import TestNaming  # noqa: F401
from odoo.addons.test_lint.tests.test_onchange_domains import TestOnchangeDomains  # noqa: F401
from odoo.addons.test_lint.tests.test_orm_import import (
    TestDunderinit as TestOrmImport,  # noqa: F401
)
from odoo.addons.test_lint.tests.test_override_signatures import (
    TestLintOverrideSignatures,  # noqa: F401
)
from odoo.addons.test_lint.tests.test_pofile import PotLinter  # noqa: F401
from odoo.addons.test_lint.tests.test_routes import RoutesLinter  # noqa: F401
from odoo.addons.test_lint.tests.test_test_holes import TestTestHoles  # noqa: F401

ROOT = Path(__file__).parent.parent
OURS = [manifest for manifest in Manifest.all_addon_manifests() if Path(manifest.path).parent == ROOT]
NAMES = [manifest.name for manifest in OURS]
OCA_KEYS = {'development_status', 'maintainers'}


@contextmanager
def no_warning_about_us():
    """Several of Odoo's checks only log a warning: about our addons that is a failure."""
    logged = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: logged.append(record.getMessage())
    logger = logging.getLogger('odoo.addons.test_lint')
    logger.addHandler(handler)
    level = logger.level
    logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
    ours = [text for text in logged if any(name in text for name in NAMES)]
    assert not ours, "\n".join(ours)


@pytest.fixture(autouse=True)
def only_ours():
    with (
        patch.object(Manifest, 'all_addon_manifests', staticmethod(lambda: OURS)),
        patch('odoo.addons.test_lint.tests.test_pofile.get_modules', lambda: NAMES),
        # the OCA's keys, which Odoo does not read
        patch('odoo.addons.test_lint.tests.test_manifests.MANIFEST_KEYS', MANIFEST_KEYS | OCA_KEYS),
        # what pylint reads besides the addons
        patch.object(config, 'root_path', str(ROOT / 'tests')),
        no_warning_about_us(),
    ):
        yield
