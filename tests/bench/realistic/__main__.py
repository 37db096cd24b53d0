"""Command line of ``setup/bench``: fill the database named, which has Odoo's apps, with a ledger."""

import argparse
import contextlib

import odoo.init  # noqa: F401  (makes the namespace package complete)
from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.sql_db import db_connect
from odoo.tools import config

from .base import prepare
from .check import check
from .generate import SIZES, Generator


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--database', required=True)
    parser.add_argument('--size', choices=SIZES, default='M')
    options = parser.parse_args()
    config.parse_config([], setup_logging=False)
    registry = Registry(options.database)
    with registry.cursor() as cr:
        prepare(api.Environment(cr, SUPERUSER_ID, {'lang': 'en_US'}))
    connection = db_connect(options.database)
    with contextlib.closing(connection.cursor()) as cr:
        Generator(cr._obj, options.size).run()
        cr.commit()
        cr._cnx.autocommit = True
        cr.execute('SET statement_timeout = 0')
        cr.execute('VACUUM (ANALYZE)')
        cr._cnx.autocommit = False
    with registry.cursor() as cr:
        check(api.Environment(cr, SUPERUSER_ID, {'lang': 'en_US'}))
        cr.rollback()
    print(f"{options.database}: verified through Odoo", flush=True)


if __name__ == '__main__':
    main()
