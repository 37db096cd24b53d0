"""What an addon is published with is current, builds, and asks for nothing that it does not declare."""

import ast
import io
import re
import subprocess
import sys
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest
from docutils.core import publish_doctree

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / 'setup' / 'lib'))
import hooks  # noqa: E402 -- the one place that knows the hooks
import package  # noqa: E402 -- the one place that knows what an addon is published with

ADDONS = sorted(path.parent for path in ROOT.glob('ar_*/__manifest__.py'))
NAMES = {path.name for path in ADDONS}
# What an Odoo brings, by the name it is imported by: setup/requirements.in.
BROUGHT = {
    'dateutil',
    'freezegun',
    'lxml',
    'markupsafe',
    'odoo',
    'openpyxl',
    'PIL',
    'psycopg2',
    'pytz',
    'requests',
    'werkzeug',
    'xlsxwriter',
}
# Imported by tests/__init__.py only where it is installed.
OPTIONAL = {'hypothesis': {'test_random_days', 'random_credit', 'random_finance', 'random_sales'}}

BUILD = """
import os, sys
from whool.buildapi import build_wheel
for folder in sys.argv[2:]:
    os.chdir(folder)
    build_wheel(sys.argv[1])
"""


def _manifest(addon):
    return ast.literal_eval((addon / '__manifest__.py').read_text(encoding='utf-8'))


def test_files_are_as_they_would_be_written():
    assert not [str(path.relative_to(ROOT)) for path in package.stale()], "run setup/lib/package.py"


def test_the_page_of_hooks_is_as_it_would_be_written():
    assert hooks.PAGE.read_text(encoding='utf-8') == hooks.page(), "run setup/lib/hooks.py"


def test_readmes_are_well_formed():
    for addon in ADDONS:
        complaints = io.StringIO()
        publish_doctree(
            (addon / 'README.rst').read_text(encoding='utf-8'),
            settings_overrides={'warning_stream': complaints, 'report_level': 2},
        )
        assert not complaints.getvalue()


def test_manifests_say_what_a_publisher_asks():
    for addon in ADDONS:
        manifest = _manifest(addon)
        assert manifest['license'] == 'LGPL-3', addon.name
        assert re.fullmatch(r'19\.0\.\d+\.\d+\.\d+', manifest['version']), addon.name
        assert manifest['development_status'] in {'Alpha', 'Beta', 'Production/Stable', 'Mature'}, addon.name
        assert (addon / 'static' / 'description' / 'icon.png').read_bytes().startswith(b'\x89PNG'), addon.name
        assert (addon / 'readme' / 'DESCRIPTION.md').exists(), addon.name
    assert 'GNU LESSER GENERAL PUBLIC LICENSE' in (ROOT / 'LICENSE').read_text(encoding='utf-8')


def _imported(path):
    """Yield what a file imports from outside of its addon: the names, dotted."""
    for node in ast.walk(ast.parse(path.read_text(encoding='utf-8'))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module


def test_nothing_is_imported_that_is_not_declared():
    """Addons stand alone, their tests included: a partner runs them with what Odoo itself needs."""
    faults = []
    for addon in ADDONS:
        declared = set(_manifest(addon).get('external_dependencies', {}).get('python', ()))
        known = sys.stdlib_module_names | BROUGHT | declared
        for path in sorted(addon.rglob('*.py')):
            for name in _imported(path):
                top = name.split('.')[0]
                if top not in known and path.stem not in OPTIONAL.get(top, ()):
                    faults.append(f"{path.relative_to(ROOT)}: {name}")
    assert not faults


def test_tools_are_the_same_everywhere():
    """The hooks of a commit run what setup/ has installed."""
    pinned = dict(
        line.split('==')
        for line in (ROOT / 'setup' / 'requirements.in').read_text(encoding='utf-8').splitlines()
        if '==' in line and not line.startswith('#')
    )
    hooks = (ROOT / '.pre-commit-config.yaml').read_text(encoding='utf-8')
    assert re.search(r'ruff-pre-commit\n\s+rev: v(\S+)', hooks)[1] == pinned['ruff']
    assert re.search(r'OCA/pylint-odoo\n\s+rev: v(\S+)', hooks)[1] == pinned['pylint-odoo']
    assert pinned['whool'] == package.WHOOL


@pytest.fixture(scope='module')
def wheels(tmp_path_factory):
    """{addon: its wheel}, built from what git has, without a network: the tools are in the environment."""
    folder = tmp_path_factory.mktemp('wheels')
    source = folder / 'source'
    source.mkdir()
    listed = subprocess.run(
        ['git', 'ls-files', '-z', '--', *NAMES], cwd=ROOT, capture_output=True, check=True
    ).stdout.decode()
    for name in filter(None, listed.split('\0')):
        target = source / name
        if (ROOT / name).exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes((ROOT / name).read_bytes())
    subprocess.run(
        [sys.executable, '-c', BUILD, str(folder), *(str(source / name) for name in sorted(NAMES))],
        check=True,
        capture_output=True,
    )
    return {name: next(folder.glob(f'odoo_addon_{name}-*.whl')) for name in sorted(NAMES)}


def test_wheels_hold_the_addon_and_ask_for_what_it_stands_on(wheels):
    for name, wheel in wheels.items():
        with zipfile.ZipFile(wheel) as archive:
            held = set(archive.namelist())
            [described] = [one for one in held if one.endswith('.dist-info/METADATA')]
            metadata = Parser().parsestr(archive.read(described).decode())
        manifest = _manifest(ROOT / name)
        assert metadata['Name'] == f'odoo-addon-{name}'
        assert metadata['Version'] == manifest['version']
        asked = {
            requirement.split('=')[0].split('>')[0].strip()
            for requirement in metadata.get_all('Requires-Dist')
        }
        suite = {one.removeprefix('odoo-addon-') for one in asked if one.startswith('odoo-addon-')}
        assert suite == set(manifest['depends']) & NAMES, name
        for file in ('__manifest__.py', *manifest.get('data', ()), 'static/description/icon.png'):
            assert f'odoo/addons/{name}/{file}' in held, (name, file)
        catalogues = {path.name for path in (ROOT / name / 'i18n').glob('*.po')}
        assert {f'odoo/addons/{name}/i18n/{po}' for po in catalogues} <= held, name
