"""Command line: ``./setup/bench WHAT [--rows N]``. A database of its own, dropped at the end."""

import argparse
import time

import odoo.init  # noqa: F401  (makes the namespace package complete)
from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tools import config

config.parse_config([], setup_logging=False)  # the suite's addons are found from here on
from . import aging, dunning, judgement, ledger, letters, provision, reconciliation, worklist  # noqa: E402

# what: (invoices, how many of a hundred are never paid, invoices of a customer, measurement)
BENCHES = {
    'aging': (200_000, 4, 10, lambda env, options: aging.run(env)),
    'provision': (100_000, 100, 10, lambda env, options: provision.run(env, options.database)),
    'dunning': (100_000, 100, 5, lambda env, options: dunning.run(env, options.oca)),
    'worklist': (100_000, 100, 5, lambda env, options: worklist.run(env)),
    'reconciliation': (200_000, 4, 10, lambda env, options: reconciliation.run(env, options.loader)),
    'letters': (10_000, 100, 5, lambda env, options: letters.run(env)),
}


def main():
    parser = argparse.ArgumentParser(prog='setup/bench', description=__doc__.split('\n')[0])
    parser.add_argument('what', choices=[*BENCHES, 'judgement'])
    parser.add_argument('--rows', type=int)
    parser.add_argument(
        '--oca', action='store_true', help="next to OCA's credit control, which must be on the addons path"
    )
    parser.add_argument('--database', required=True)
    options = parser.parse_args()
    registry = Registry(options.database)
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {'tracking_disable': True, 'lang': 'en_US'})
        env = ledger.company(env)
        if options.what == 'judgement':  # has its own ledger
            judgement.run(env)
            return
        rows, open_share, per_customer, measure = BENCHES[options.what]
        start = time.perf_counter()
        options.loader = ledger.Loader(env, options.rows or rows, open_share, per_customer)
        options.loader.load()
        print(f"{options.rows or rows} invoices loaded in {time.perf_counter() - start:.0f} s", flush=True)
        measure(env, options)


if __name__ == '__main__':
    main()
