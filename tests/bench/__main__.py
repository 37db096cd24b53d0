"""Command line: ``./setup/bench aging|provision [--rows N]``. A database of its own, dropped at the end."""
import argparse
import time

import odoo.init  # noqa: F401  (makes the namespace package complete)
from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tools import config

from . import aging, ledger, provision

ROWS = {'aging': 200_000, 'provision': 100_000}


def main():
    parser = argparse.ArgumentParser(prog='setup/bench', description=__doc__.split('\n')[0])
    parser.add_argument('what', choices=ROWS)
    parser.add_argument('--rows', type=int)
    parser.add_argument('--database', required=True)
    options = parser.parse_args()
    rows = options.rows or ROWS[options.what]
    config.parse_config([], setup_logging=False)
    registry = Registry(options.database)
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {'tracking_disable': True, 'lang': 'en_US'})
        env = ledger.company(env)
        start = time.perf_counter()
        ledger.Loader(env, rows, 4 if options.what == 'aging' else 100).load()
        print(f"{rows} invoices loaded in {time.perf_counter() - start:.0f} s", flush=True)
        if options.what == 'aging':
            aging.run(env)
        else:
            provision.run(env, options.database)


if __name__ == '__main__':
    main()
