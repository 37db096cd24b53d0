"""Command line: ``python3 -m tests.vectors --database DB FILE [--kind KIND] [--id ID]``.

Prints one line for each vector that differs and ends with ``N passed, N failed, N skipped``.
Everything happens in transactions that are rolled back.
"""

import argparse
import json
import sys
import traceback
from pathlib import Path

import odoo.init  # noqa: F401  (makes the namespace package complete)
from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tools import config

from . import (
    aging,
    credit,
    dunning,
    interest,
    kpi,
    loss_rates,
    provision,
    provision_entries,
    provision_net,
    scoring,
)

ADAPTERS = {
    **aging.ADAPTERS,
    **credit.ADAPTERS,
    **provision.ADAPTERS,
    **provision_entries.ADAPTERS,
    **provision_net.ADAPTERS,
    **loss_rates.ADAPTERS,
    **scoring.ADAPTERS,
    **dunning.ADAPTERS,
    **interest.ADAPTERS,
    **kpi.ADAPTERS,
}


def difference(expected, actual, path=''):
    """Return where ``actual`` differs from ``expected`` (only keys that are expected count), or None."""
    if isinstance(expected, dict):
        for key, value in expected.items():
            found = difference(value, actual.get(key) if isinstance(actual, dict) else None, f'{path}.{key}')
            if found:
                return found
        return None
    if isinstance(expected, list) and isinstance(actual, list) and len(expected) == len(actual):
        return next(
            filter(None, map(difference, expected, actual, (f'{path}[{i}]' for i in range(len(expected))))),
            None,
        )
    return None if expected == actual else f'{path[1:]}: expected {expected!r}, got {actual!r}'


def run(vector, registry):
    """Return None where the product agrees with the vector, else what differs."""
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {'tracking_disable': True, 'lang': 'en_US'})
        try:
            return difference(vector['expected'], ADAPTERS[vector['kind']](env, vector['input']))
        except Exception as error:  # noqa: BLE001  (a vector that crashes is one line like any other)
            return f'{type(error).__name__}: {error}\n{traceback.format_exc()}'
        finally:
            cr.rollback()
            registry.clear_all_caches()  # what the ORM remembers of records that never were


def main():
    parser = argparse.ArgumentParser(prog='setup/vectors', description=__doc__.split('\n')[0])
    parser.add_argument('file', type=Path)
    parser.add_argument('--database', required=True)
    parser.add_argument('--kind', action='append')
    parser.add_argument('--id', action='append')
    options = parser.parse_args()
    config.parse_config([], setup_logging=False)
    registry = Registry(options.database)
    passed = failed = skipped = 0
    for vector in json.loads(options.file.read_text())['vectors']:
        if (options.kind and vector['kind'] not in options.kind) or (
            options.id and vector['id'] not in options.id
        ):
            continue
        if vector['kind'] not in ADAPTERS:
            skipped += 1
            continue
        problem = run(vector, registry)
        if problem:
            failed += 1
            print(f"{vector['id']} {vector['kind']}: {problem}", flush=True)
        else:
            passed += 1
    print(f'{passed} passed, {failed} failed, {skipped} skipped')
    return 1 if failed or not passed else 0


if __name__ == '__main__':
    sys.exit(main())
