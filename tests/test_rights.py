"""The golden matrix of rights: every role, every model of the suite, asked of a running server.

``tests/golden/rights.csv`` says of each model (row) and role (column) what the role may do:

- ``r``, ``w``, ``c``, ``u``: read, write, create, delete, as access control answers over XML-RPC;
- after them whose records it finds: ``o`` of its own customer, ``a`` of another customer, ``f`` of another
  company (of models of which the test has made such records);
- ``-``: nothing.

A change of rights changes the file, and is seen in its review. After a change that is meant::

    AR_GOLDEN=1 ./setup/test tests/test_rights.py

writes it again. What a role may write of a record that it may write is for tests/test_attacks.py.
"""

import csv
import os
from pathlib import Path

import pytest

from .attack.world import CUSTOMERS, PEOPLE

pytestmark = pytest.mark.slow
GOLDEN = Path(__file__).parent / 'golden' / 'rights.csv'
ROLES = ('visitor', 'portal', 'employee', 'saleonly', 'viewer', 'sales', 'invonly', 'collector', 'controller')
ROLES += ('accountant', 'manager', 'foreign')
RIGHTS = {'r': 'read', 'w': 'write', 'c': 'create', 'u': 'unlink'}
LETTERS = dict(zip(CUSTOMERS, 'oaf', strict=True))


def _cell(person, model, seeds):
    """Return what the person may do with the model, and whose records it finds."""
    rights = ''.join(
        letter for letter, right in RIGHTS.items() if person.attempt(model, 'has_access', [], right)[0]
    )
    if 'r' not in rights or not seeds:
        return rights or '-'
    found, _refusal = person.attempt(model, 'search', [('id', 'in', list(seeds.values()))])
    whose = ''.join(LETTERS[customer] for customer, seed in seeds.items() if seed in (found or ()))
    return f'{rights} {whose or "-"}'


def _measure(attacked):
    world = attacked.world
    with world.env() as env:
        names = env['ir.model'].search([('model', '=like', 'ar.%')], order='model').mapped('model')
        models = [name for name in names if name in env and not env[name]._abstract]
    people = {role: attacked.person(role) for role in ROLES}
    return {
        model: {
            role: _cell(
                person,
                model,
                {
                    customer: world.seeds[customer][model]
                    for customer in CUSTOMERS
                    if model in world.seeds[customer]
                },
            )
            for role, person in people.items()
        }
        for model in models
    }


def _write(matrix):
    GOLDEN.parent.mkdir(exist_ok=True)
    with GOLDEN.open('w', newline='', encoding='utf-8') as file:
        writer = csv.writer(file, lineterminator='\n')
        writer.writerow(['model', *ROLES])
        writer.writerows([model, *(cells[role] for role in ROLES)] for model, cells in matrix.items())


def _read():
    with GOLDEN.open(newline='', encoding='utf-8') as file:
        return {row.pop('model'): row for row in csv.DictReader(file)}


def test_rights_are_those_of_the_golden_file(attacked):
    matrix = _measure(attacked)
    if os.environ.get('AR_GOLDEN'):
        _write(matrix)
    golden = _read()
    changes = [f"{model}: is new, and not in the file" for model in sorted(matrix.keys() - golden.keys())]
    changes += [f"{model}: is in the file, and gone" for model in sorted(golden.keys() - matrix.keys())]
    changes += [
        f"{model}, {role}: was {golden[model].get(role)}, is {cells[role]}"
        for model, cells in matrix.items()
        for role in ROLES
        if model in golden and cells[role] != golden[model].get(role)
    ]
    assert not changes, "\n".join(
        [*changes, "If this is meant: AR_GOLDEN=1 ./setup/test tests/test_rights.py"]
    )


def test_users_are_exactly_their_roles(attacked):
    """Odoo gives a user without groups those of a default user: the matrix would measure something else."""
    with attacked.world.env() as env:
        for login, groups in PEOPLE.items():
            user = env['res.users'].browse(attacked.world.people[login])
            given = set(user.group_ids.get_external_id().values())
            assert given == {*groups, 'base.group_user'}, login
