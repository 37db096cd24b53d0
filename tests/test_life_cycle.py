"""Each addon installs alone, on what it depends on and nothing else, and leaves nothing when it goes."""

import ast
import os
import sys

import psycopg2
import pytest

from . import databases as db
from . import house

sys.path.insert(0, str(db.ROOT / 'setup' / 'lib'))
from addons import addons, neighbours  # noqa: E402 -- the one place that knows the order

pytestmark = pytest.mark.slow

BOOKS = """
env['account.chart.template'].try_loading('generic_coa', company=env.company, install_demo=False)
env.cr.commit()
partner = env['res.partner'].create({'name': "Customer", 'credit_limit': 500})
moves = env['account.move'].create([
    {'move_type': kind, 'partner_id': partner.id, 'invoice_date': day, 'date': day,
     'invoice_line_ids': [(0, 0, {'name': "x", 'price_unit': amount, 'quantity': 1})]}
    for kind, day, amount in (
        ('out_invoice', '2026-01-10', 100),
        ('out_invoice', '2026-02-10', 250),
        ('out_refund', '2026-03-10', 40))])
moves.action_post()
register = env['account.payment.register'].with_context(active_model='account.move', active_ids=moves[0].ids)
register.create({'amount': 60, 'payment_date': '2026-03-20'})._create_payments()
receivable = moves.line_ids.filtered(lambda line: line.account_type == 'asset_receivable')
(receivable.filtered(lambda line: line.move_id == moves[1]) | receivable.filtered('credit')).reconcile()
env.cr.commit()
"""


def _external(addon):
    manifest = ast.literal_eval((db.ROOT / addon / '__manifest__.py').read_text(encoding='utf-8'))
    return [name for name in manifest['depends'] if name not in house.DEPENDS]


class Shelf:
    """Databases by what of the suite is installed in them, made on first need, dropped at the end."""

    def __init__(self):
        self.made = {}

    def get(self, suite):
        """Return a database with these addons of the suite and what they need; not to be written."""
        if suite not in self.made:
            last = next((name for name in reversed(addons()) if name in suite), None)
            source = last and self.get(suite - {last})
            database = f'life_{os.getpid()}_{len(self.made)}'
            db.drop(database)
            if last:
                db.copy(source, database)
                db.install(database, *_external(last), last)
            else:
                db.create(database)
                db.install(database, 'account', options=['--load-language=en_US,zh_CN'])
                db.shell(database, BOOKS)
            self.made[suite] = database
        return self.made[suite]

    def fresh(self, suite):
        """Return a copy of such a database, to be written."""
        source = self.get(suite)
        target = f'{source}_copy'
        db.drop(target)
        db.copy(source, target)
        return target

    def close(self):
        for database in self.made.values():
            db.drop(database)
            db.drop(f'{database}_copy')


@pytest.fixture(scope='module')
def shelf():
    shelf = Shelf()
    yield shelf
    shelf.close()


def _left(before, after, addon):
    """Return a sentence for each thing that is there and was not, or was and is not.

    Odoo itself forgets the external ids that addons of mixins (``mail``, ``ar_base``) have for a model.
    """
    return [
        f"{sign} {kind}: {row}"
        for kind in before
        for sign, rows in (('left', after[kind] - before[kind]), ('lost', before[kind] - after[kind]))
        for row in sorted(rows, key=str)
        if kind != 'external id' or row[0] == addon
    ]


def _columns_of_its_own(shelf, database, needs, external):
    """Return the columns of a database that neither the suite below nor Odoo's addons alone have."""
    plain = shelf.fresh(frozenset())
    db.install(plain, *external)
    known = db.schema(plain)['column'] | db.schema(shelf.get(needs))['column']
    return db.schema(database)['column'] - known


# Bridges to apps that the suite does not bring have a database of their own: ``test_neighbours``.
@pytest.mark.parametrize('addon', [name for name in addons() if name not in neighbours()])
def test_addon_installs_alone_and_leaves_nothing(shelf, addon):
    needs = frozenset(house._reach(addon) - {addon})
    database = shelf.fresh(needs)
    external = _external(addon)
    if external:
        db.install(database, *external)
    # A bridge comes by itself with what it needs: it goes first, and comes again.
    if db.query(database, f"SELECT 1 FROM ir_module_module WHERE name = '{addon}' AND state = 'installed'"):
        db.uninstall(database, addon)
        assert not _columns_of_its_own(shelf, database, needs, external)
    before, books = db.schema(database), db.ledger(database)
    db.install(database, addon)
    assert db.query(database, f"SELECT state FROM ir_module_module WHERE name = '{addon}'") == [
        ('installed',)
    ]
    present = {
        name for (name,) in db.query(database, "SELECT name FROM ir_module_module WHERE state = 'installed'")
    }
    assert present & set(addons()) == needs | {addon}
    db.uninstall(database, addon)
    left = _left(before, db.schema(database), addon)
    assert not left, "\n".join(left[:60])
    assert db.ledger(database, books) == books


JOURNAL = """
partner = env['res.partner'].search([], limit=1)
account = env['ar.credit.account']._for_partner(partner, env.company)
env['ar.hold'].create({'credit_account_id': account.id, 'reason': "Late"})
assert not env['ar.journal']._verify(env.company.root_id)['fault']
env.cr.commit()
"""
VERIFIED = """
found = env['ar.journal']._verify(env.company.root_id)
assert found['number'] == 1 and not found['fault'], found
env['ir.config_parameter'].set_param('ar_base.drop_journal', 'True')
env.cr.commit()
"""


def test_the_journal_outlives_its_addon(shelf):
    """The one table that stays: history does not go with a click on Uninstall, unless that was asked for."""
    database = shelf.fresh(frozenset({'ar_base'}))
    before = db.schema(shelf.get(frozenset()))
    db.shell(database, JOURNAL)
    db.uninstall(database, 'ar_base')
    left = {row[0] for row in db.schema(database)['column'] - before['column']}
    assert left == {'ar_journal_kept', 'ar_journal_seal_kept'}
    for statement in ('UPDATE %s SET id = id', 'DELETE FROM %s', 'TRUNCATE %s CASCADE'):
        for table in sorted(left):
            with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                db.query(database, statement % table)
    db.install(database, 'ar_base')
    db.shell(database, VERIFIED)
    db.uninstall(database, 'ar_base')
    assert not db.schema(database)['column'] - before['column']
    assert not db.schema(database)['function'] - before['function']
