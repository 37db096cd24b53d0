"""Databases of their own for tests that install, uninstall or look at whole databases."""

import hashlib
import os
import shutil
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import psycopg2

from odoo.modules.registry import Registry
from odoo.tools import config

ROOT = Path(__file__).resolve().parents[1]
# What a database is made of, and what an addon may leave nothing of. Each query yields comparable rows.
SCHEMA = {
    'column': """
        SELECT table_name, column_name, data_type FROM information_schema.columns
         WHERE table_schema = 'public'""",
    'constraint': """
        SELECT conrelid::regclass::text, conname FROM pg_constraint
         WHERE connamespace = 'public'::regnamespace""",
    'index': "SELECT tablename, indexname FROM pg_indexes WHERE schemaname = 'public'",
    'function': "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
    'trigger': "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal",
    'model': "SELECT model FROM ir_model",
    'field': "SELECT model, name FROM ir_model_fields",
    'cron': """
        SELECT s.name->>'en_US', m.model FROM ir_cron c JOIN ir_act_server s ON s.id = c.ir_actions_server_id
          JOIN ir_model m ON m.id = s.model_id""",
    'menu': "SELECT id, name->>'en_US' FROM ir_ui_menu",
    'group': "SELECT id, name->>'en_US' FROM res_groups",
    'implied group': "SELECT gid, hid FROM res_groups_implied_rel",
    'view': "SELECT id, name, active FROM ir_ui_view",
    'action': "SELECT id, type, name->>'en_US' FROM ir_actions",
    'access': "SELECT id, name FROM ir_model_access",
    'rule': "SELECT id, name FROM ir_rule",
    'external id': "SELECT module, name FROM ir_model_data",
    'parameter': "SELECT key FROM ir_config_parameter",
    'sequence': "SELECT id, code FROM ir_sequence",
    'template': "SELECT id, name->>'en_US' FROM mail_template",
    'activity type': "SELECT id, name->>'en_US' FROM mail_activity_type",
}
LEDGER = (
    'account_account', 'account_full_reconcile', 'account_journal', 'account_move', 'account_move_line',
    'account_partial_reconcile', 'account_payment', 'account_payment_term', 'sale_order', 'sale_order_line',
)  # fmt: skip


def query(database, sql):
    with closing(psycopg2.connect(dbname=database)) as connection, connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def command(sql):
    with closing(psycopg2.connect(dbname='postgres')) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(sql)


def _filestore(database):
    return Path(config.filestore(database))


def exists(database):
    return bool(query('postgres', f"SELECT 1 FROM pg_database WHERE datname = '{database}'"))


def drop(database):
    command(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
    shutil.rmtree(_filestore(database), ignore_errors=True)


def copy(source, target):
    command(f'CREATE DATABASE "{target}" TEMPLATE "{source}"')
    if _filestore(source).exists():
        shutil.copytree(_filestore(source), _filestore(target), copy_function=os.link)


def create(database):
    command(f'CREATE DATABASE "{database}" TEMPLATE template0')


def odoo(*arguments, script=None):
    """Run Odoo's command line; fail with its log when it fails, warns or logs an error."""
    done = subprocess.run(
        [sys.executable, '-m', 'odoo', *arguments],
        cwd=ROOT,
        input=script,
        capture_output=True,
        text=True,
        check=False,
        timeout=1200,
    )
    log = done.stdout + done.stderr
    bad = [
        line
        for line in log.splitlines()
        if (' WARNING ' in line or ' ERROR ' in line or ' CRITICAL ' in line) and 'py.warnings' not in line
    ]
    assert not done.returncode and not bad, log[-6000:]
    return log


def install(database, *modules, options=()):
    odoo(
        '-d', database, '-i', ','.join(modules), '--stop-after-init', '--no-http', '--max-cron-threads=0',
        '--log-level=warn', *options,
    )  # fmt: skip


def uninstall(database, *modules):
    odoo('module', 'uninstall', '-d', database, *modules)


def shell(database, script):
    return odoo('shell', '-d', database, '--no-http', '--log-level=warn', script=script)


def registry(database):
    """Return the registry of a database. Odoo's own tests, which loading it would run, are left out."""
    enabled, config['test_enable'] = config['test_enable'], False
    try:
        return Registry(database)
    finally:
        config['test_enable'] = enabled


def schema(database):
    """Return {kind: set of rows}."""
    return {kind: set(query(database, sql)) for kind, sql in SCHEMA.items()}


def ledger(database, columns=None):
    """Return {table: (columns, number of rows, digest of every value in them)}; of ``columns`` only, where
    given.
    """
    result = {}
    for table in columns or LEDGER:
        names = columns[table][0] if columns else tuple(
            name for name, in query(database, f"""
                SELECT column_name FROM information_schema.columns
                 WHERE table_schema = 'public' AND table_name = '{table}' ORDER BY 1""")
        )  # fmt: skip
        if names:
            rows = query(
                database, f'SELECT {", ".join(f"{name}::text" for name in names)} FROM "{table}" ORDER BY id'
            )
            result[table] = names, len(rows), hashlib.sha256(repr(rows).encode()).hexdigest()
    return result
