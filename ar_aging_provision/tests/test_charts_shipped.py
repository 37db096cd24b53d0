import csv
import re
from pathlib import Path

from odoo.modules.module import get_module_path
from odoo.tests import TransactionCase, tagged

from ..rules import charts
from odoo.addons.ar_base.engine.accounts import KINDS
from odoo.addons.ar_base.rules import receivable_kinds

PARENT = re.compile(r"'parent':\s*'(\w+)'")
TEMPLATE = re.compile(r"@template\('(\w+)'\)\s+def \w+\(self\):(.*?)(?=@template|\Z)", re.DOTALL)


def templates():
    """Return {template: parent or None} of every chart that stands next to Odoo, installed or not."""
    folder = Path(get_module_path('account')).parent
    found = {}
    for path in [*folder.glob('l10n_*/models/template_*.py'), *folder.glob('account/models/template_*.py')]:
        for code, body in TEMPLATE.findall(path.read_text()):
            parent = PARENT.search(body)
            found.setdefault(code, parent and parent.group(1))
    return found


def shipped():
    """Return {template: {xmlid: account type}} of the files of all charts, without those of their parents."""
    folder = Path(get_module_path('account')).parent
    result = {}
    for path in folder.glob('*/data/template/account.account-*.csv'):
        with path.open() as file:
            rows = {row['id']: row['account_type'] for row in csv.DictReader(file) if row['account_type']}
        result.setdefault(path.stem.removeprefix('account.account-'), {}).update(rows)
    return result


@tagged('post_install', '-at_install')
class TestShippedCharts(TransactionCase):
    """The mapping against every chart template that Odoo ships, read from its files."""

    def test_every_account_with_a_kind_is_a_shipped_asset(self):
        parents, accounts = templates(), shipped()
        for code, kinds in receivable_kinds.KINDS.items():
            known, at = {}, code
            while at:
                known = {**accounts.get(at, {}), **known}
                at = parents.get(at)
            for xmlid, kind in kinds.items():
                with self.subTest(chart=code, account=xmlid):
                    self.assertIn(kind, KINDS)
                    self.assertIn(known.get(xmlid), ('asset_receivable', 'asset_current'))

    def test_every_mapped_account_is_shipped_and_of_a_sensible_type(self):
        parents, accounts = templates(), shipped()
        self.assertGreater(len(parents), 100)
        for code, chart in charts.CHARTS.items():
            self.assertIn(code, parents)
            known, at = {}, code
            while at:
                known = {**accounts.get(at, {}), **known}
                at = parents.get(at)
            for role, candidates in chart.items():
                with self.subTest(chart=code, role=role):
                    self.assertIn(role, charts.ROLES)
                    found = [known[xmlid] for xmlid in candidates if xmlid in known]
                    self.assertTrue(found, f'none of {candidates} is shipped')
                    wanted = charts.TYPES[role.removeprefix('individual_')]
                    self.assertTrue(
                        all(kind.startswith(wanted) for kind in found), f'{candidates} are {found}'
                    )

    def test_nothing_is_created_where_the_meaning_of_codes_is_unknown(self):
        self.assertEqual(set(charts.MISSING), {'generic_coa', 'us'})
        self.assertLessEqual(set(charts.MISSING), set(charts.CHARTS))
        self.assertNotIn('vat', {**charts.CHARTS['de_skr03'], **charts.CHARTS['de_skr04']})
