"""Fill a database with a ledger, by set-based SQL in one transaction.

Indexes of the tables are dropped and made again, foreign keys are not looked at meanwhile: ``check`` does.
Needs a superuser of PostgreSQL.
"""

import time
from datetime import date
from pathlib import Path

HERE = Path(__file__).parent
FILES = ('customers.sql', 'documents.sql', 'entries.sql', 'orders.sql')
# size: customers, invoices, open invoices of each whale
SIZES = {
    'S': (1_000, 20_000, (10, 1_000)),
    'M': (10_000, 200_000, (10, 1_000, 10_000)),
    'L': (50_000, 1_000_000, (10, 1_000, 10_000)),
}
NUMBERED = (
    'account_move',
    'account_move_line',
    'account_payment',
    'account_partial_reconcile',
    'account_full_reconcile',
    'sale_order',
    'sale_order_line',
    'res_partner',
)
LINKS = (
    'sale_order_line_invoice_rel',
    'account_move_line_account_tax_rel',
    'account_tax_sale_order_line_rel',
    'account_move__account_payment',
)
SEED = 0.42
# What the statements name, {name: query}; each finds one value, and may name those before it.
NAMES = {
    'company': "SELECT id FROM res_company ORDER BY id LIMIT 1",
    'usd': "SELECT currency_id FROM res_company ORDER BY id LIMIT 1",
    'eur': "SELECT id FROM res_currency WHERE name = 'EUR' AND active",
    'gbp': "SELECT id FROM res_currency WHERE name = 'GBP' AND active",
    'j_inv': "SELECT id FROM account_journal WHERE code = 'INV' AND company_id = {company}",
    'j_bank': "SELECT id FROM account_journal WHERE code = 'BNK1' AND company_id = {company}",
    'j_exch': "SELECT id FROM account_journal WHERE code = 'EXCH' AND company_id = {company}",
    'a_inc': "SELECT default_account_id FROM account_journal WHERE id = {j_inv}",
    'a_rec': "SELECT id FROM account_account WHERE code_store->>'{company}' = '121000'",
    'a_gain': "SELECT income_currency_exchange_account_id FROM res_company WHERE id = {company}",
    'a_loss': "SELECT expense_currency_exchange_account_id FROM res_company WHERE id = {company}",
    'pml': """SELECT id FROM account_payment_method_line
               WHERE journal_id = {j_bank} AND payment_account_id IS NOT NULL ORDER BY id LIMIT 1""",
    'a_out': "SELECT payment_account_id FROM account_payment_method_line WHERE id = {pml}",
    'pm': "SELECT payment_method_id FROM account_payment_method_line WHERE id = {pml}",
    'tax': "SELECT id FROM account_tax WHERE type_tax_use = 'sale' AND amount = 15 LIMIT 1",
    'taxgrp': "SELECT tax_group_id FROM account_tax WHERE id = {tax}",
    **{
        name: f"""SELECT id FROM account_tax_repartition_line WHERE tax_id = {{tax}}
                     AND repartition_type = 'tax' AND document_type = '{kind}' ORDER BY id LIMIT 1"""
        for name, kind in (('rep_inv', 'invoice'), ('rep_ref', 'refund'))
    },
    'a_tax': "SELECT account_id FROM account_tax_repartition_line WHERE id = {rep_inv}",
    **{
        name: f"SELECT id FROM account_payment_term WHERE name->>'en_US' = '{term}'"
        for name, term in (
            ('t15', '15 Days'),
            ('t30', '30 Days'),
            ('t45', '45 Days'),
            ('t2x', '30% Now, Balance 60 Days'),
        )
    },
    **{
        name: f"SELECT id FROM res_country WHERE code = '{code}'"
        for name, code in (('c_us', 'US'), ('c_de', 'DE'), ('c_gb', 'GB'))
    },
    'team': "SELECT id FROM crm_team ORDER BY id LIMIT 1",
    'uom': """SELECT t.uom_id FROM product_template t JOIN product_product p ON p.product_tmpl_id = t.id
               WHERE p.default_code LIKE 'BS%' LIMIT 1""",
    'prod0': "SELECT MIN(id) FROM product_product WHERE default_code LIKE 'BS%'",
    'nprod': "SELECT COUNT(*) FROM product_product WHERE default_code LIKE 'BS%'",
    # Generated ids start above those in use.
    **{
        f'b_{table}': f"""SELECT GREATEST(COALESCE(MAX(id), 0), (SELECT last_value FROM {table}_id_seq))
                            FROM {table}"""
        for table in NUMBERED
    },
}
SETTINGS = """
    SET LOCAL statement_timeout = 0;
    SET LOCAL work_mem = '512MB';
    SET LOCAL maintenance_work_mem = '1GB';
    SET LOCAL jit = off;
    SET LOCAL max_parallel_workers_per_gather = 0;
    SET LOCAL session_replication_role = replica;
    DROP SCHEMA IF EXISTS gen CASCADE;
    CREATE SCHEMA gen"""
# Those that stand for a constraint stay.
INDEXES = """
    SELECT indexname, indexdef FROM pg_indexes i
     WHERE schemaname = 'public' AND tablename = ANY(%s)
       AND NOT EXISTS (SELECT FROM pg_constraint c JOIN pg_class k ON k.oid = c.conindid
                        WHERE k.relname = i.indexname)
     ORDER BY indexname"""


class Generator:
    """Writes the ledger through ``cr``, a cursor of psycopg2 outside the ORM."""

    def __init__(self, cr, size):
        self.cr, self.start = cr, time.perf_counter()
        customers, invoices, whales = SIZES[size]
        self.names = {
            'P': customers,
            'N': invoices,
            'D': f"date '{date.today()}'",
            'STAMP': "2, 2, now() at time zone 'utc', now() at time zone 'utc'",
            'whales': ','.join(f'({whale})' for whale in whales),
            'nwhales': len(whales),
        }

    def run(self):
        self.cr.execute(f'{SETTINGS}; SELECT setseed({SEED})')
        for name, query in NAMES.items():
            self.names[name] = self._one(name, query.format(**self.names))
        indexes = self._take_indexes()
        for file in FILES:
            for step in (HERE / file).read_text(encoding='utf-8').split('-- # ')[1:]:
                title, statements = step.split('\n', 1)
                self.cr.execute(statements.format(**self.names))
                self._say(title)
        for definition in indexes:
            self.cr.execute(definition)
        self._say(f"{len(indexes)} indexes")
        for table in NUMBERED:
            self.cr.execute(f"SELECT setval('{table}_id_seq', (SELECT MAX(id) FROM {table}))")
        self._next_order_number()
        self.cr.execute('DROP SCHEMA gen CASCADE')

    def _one(self, name, query):
        self.cr.execute(query)
        row = self.cr.fetchone()
        if row is None or row[0] is None:
            raise SystemExit(f"The company has no {name}: {query}")
        return row[0]

    def _take_indexes(self):
        self.cr.execute(INDEXES, [[*NUMBERED, *LINKS]])
        found = self.cr.fetchall()
        for name, _definition in found:
            self.cr.execute(f'DROP INDEX "{name}"')
        return [definition for _name, definition in found]

    def _next_order_number(self):
        self.cr.execute(
            """SELECT 'ir_sequence_' || lpad(id::text, 3, '0') FROM ir_sequence
                WHERE code = 'sale.order' AND implementation = 'standard' LIMIT 1"""
        )
        for (sequence,) in self.cr.fetchall():
            self.cr.execute(f"SELECT setval('{sequence}', (SELECT COUNT(*) + 10 FROM sale_order))")

    def _say(self, what):
        print(f"  {time.perf_counter() - self.start:6.0f} s  {what}", flush=True)
