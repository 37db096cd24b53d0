"""A large ledger, loaded by SQL: copies of one invoice and one payment that Odoo itself posted and matched.

Every column of a copy is its original's, but for what makes it another document: dates, customer, amount,
ids. So the rows are what Odoo would have written, and the indexes are Odoo's own.
"""

from datetime import date, timedelta

from odoo.fields import Command
from odoo.tools import SQL

YEARS = 3


def company(env):
    """Return a new company with a chart; the environment that works in it."""
    found = env['res.company'].create({'name': "Bench", 'currency_id': env.ref('base.USD').id})
    env.user.write({'company_ids': [Command.link(found.id)], 'company_id': found.id})
    env = env(context={**env.context, 'allowed_company_ids': found.ids})
    env['account.chart.template'].try_loading('generic_coa', found, install_demo=False)
    return env


def originals(env):
    """Return (invoice, payment entry, match) posted by Odoo: what the copies are made of."""
    partner = env['res.partner'].create({'name': "Original", 'is_company': True})
    day = date.today() - timedelta(days=400)
    income = env['account.account'].search(
        [*env['account.account']._check_company_domain(env.company), ('account_type', '=', 'income')], limit=1
    )
    invoice = env['account.move'].create(
        {
            'move_type': 'out_invoice',
            'partner_id': partner.id,
            'invoice_date': day,
            'date': day,
            'invoice_date_due': day,
            'invoice_payment_term_id': False,
            'invoice_line_ids': [
                Command.create(
                    {'name': "x", 'price_unit': 100, 'account_id': income.id, 'tax_ids': [Command.clear()]}
                )
            ],
        }
    )
    invoice.action_post()
    receivable = invoice.line_ids.filtered(lambda line: line.account_type == 'asset_receivable')
    journal = env['account.journal'].search(
        [('type', '=', 'general'), ('company_id', '=', env.company.id)], limit=1
    )
    payment = env['account.move'].create(
        {
            'move_type': 'entry',
            'date': day,
            'journal_id': journal.id,
            'line_ids': [
                Command.create(
                    {'account_id': receivable.account_id.id, 'partner_id': partner.id, 'balance': -50}
                ),
                Command.create({'account_id': income.id, 'balance': 50}),
            ],
        }
    )
    payment._post(soft=False)
    credit = payment.line_ids.filtered(lambda line: line.account_id == receivable.account_id)
    (receivable | credit).reconcile()
    match = receivable.matched_credit_ids
    env.flush_all()
    return receivable, invoice.line_ids - receivable, credit, payment.line_ids - credit, match


class Loader:
    """Copies the originals ``count`` times.

    :param open_share: per cent of the invoices that are never paid; of the others one in twenty is half paid.
    :param per_customer: invoices of a customer.
    """

    def __init__(self, env, count, open_share=4, per_customer=10):
        self.env, self.count, self.open_share, self.per_customer = env, count, open_share, per_customer
        self.debit, self.income, self.credit, self.bank, self.match = originals(env)

    def load(self):
        self._execute("SET statement_timeout = 0")
        self._plan()
        self._partners()
        plan = SQL("FROM bench_plan p")
        paid = SQL("FROM bench_plan p WHERE p.paid IS NOT NULL")
        self._copy(
            self.debit.move_id,
            plan,
            {
                'id': 'p.move',
                'name': "'B/' || p.n",
                'sequence_number': 'p.n',
                'date': 'p.day',
                'invoice_date': 'p.day',
                'invoice_date_due': 'p.due',
                **dict.fromkeys(('partner_id', 'commercial_partner_id', 'partner_shipping_id'), 'p.partner'),
                **dict.fromkeys(
                    (
                        'amount_untaxed',
                        'amount_total',
                        'amount_untaxed_signed',
                        'amount_total_signed',
                        'amount_untaxed_in_currency_signed',
                        'amount_total_in_currency_signed',
                    ),
                    'p.amount',
                ),
                'amount_residual': 'p.amount - p.settled',
                'amount_residual_signed': 'p.amount - p.settled',
                'payment_state': """
                    CASE WHEN p.settled = 0 THEN 'not_paid' WHEN p.settled < p.amount THEN 'partial'
                         ELSE 'paid' END""",
            },
        )
        self._copy(
            self.credit.move_id,
            paid,
            {
                'id': 'p.move + 1',
                'name': "'P/' || p.n",
                'sequence_number': 'p.n',
                'date': 'p.paid',
                **dict.fromkeys(
                    ('amount_total', 'amount_total_signed', 'amount_total_in_currency_signed'), 'p.settled'
                ),
            },
        )
        self._line(
            self.debit,
            plan,
            'p.line',
            'p.move',
            'p.day',
            'p.amount',
            "'B/' || p.n",
            {
                'date_maturity': 'p.due',
                'invoice_date': 'p.day',
                'amount_residual': 'p.amount - p.settled',
                'amount_residual_currency': 'p.amount - p.settled',
                'reconciled': 'p.settled = p.amount',
            },
        )
        self._line(
            self.income,
            plan,
            'p.line + 1',
            'p.move',
            'p.day',
            '-p.amount',
            "'B/' || p.n",
            {'invoice_date': 'p.day'},
        )
        self._line(
            self.credit,
            paid,
            'p.line + 2',
            'p.move + 1',
            'p.paid',
            '-p.settled',
            "'P/' || p.n",
            {'amount_residual': '0', 'amount_residual_currency': '0', 'reconciled': 'TRUE'},
        )
        self._line(self.bank, paid, 'p.line + 3', 'p.move + 1', 'p.paid', 'p.settled', "'P/' || p.n", {})
        self._copy(
            self.match,
            paid,
            {
                'id': 'p.line',
                'debit_move_id': 'p.line',
                'credit_move_id': 'p.line + 2',
                'max_date': 'p.paid',
                'full_reconcile_id': 'NULL',
                **dict.fromkeys(('amount', 'debit_amount_currency', 'credit_amount_currency'), 'p.settled'),
            },
        )
        self._finish()

    # === Parts ===

    def _plan(self):
        """Decide each document: customer, dates over three years, amount, when and how much was paid."""
        self._execute(
            SQL(
                """
            CREATE TEMP TABLE bench_plan AS
            SELECT n, %(moves)s + 2 * n AS move, %(lines)s + 4 * n AS line, %(partners)s + n %% %(customers)s
                   AS partner,
                   day,
                   day + 30 AS due, amount, CASE WHEN settled > 0 THEN paid END AS paid,
                   CASE WHEN paid > CURRENT_DATE THEN 0 ELSE settled END AS settled
              FROM (
                SELECT n, day, amount, day + 5 + r4 %% 90 AS paid,
                       CASE WHEN r3 %% 100 < %(open)s THEN 0 WHEN r3 %% 20 = 7 THEN ROUND(amount / 2, 2)
                            ELSE amount END AS settled
                  FROM (
                    SELECT n, CURRENT_DATE - r1 %% %(days)s AS day,
                            (1000 + r2 %% 1000000)::numeric / 100 AS amount, r3, r4
                      FROM (SELECT n, ABS(hashint4(n)) AS r1, ABS(hashint4(n + 7)) AS r2,
                                    ABS(hashint8(n)) AS r3,
                                   ABS(hashint4(-n)) AS r4
                              FROM generate_series(1, %(count)s) n) random
                  ) dated
              ) decided""",
                moves=self._top('account_move'),
                lines=self._top('account_move_line'),
                partners=self._top('res_partner') + 1,
                customers=max(self.count // self.per_customer, 1),
                open=self.open_share,
                days=365 * YEARS,
                count=self.count,
            )
        )
        self._execute("UPDATE bench_plan SET paid = NULL WHERE settled = 0")
        self._execute("CREATE INDEX ON bench_plan (n)")

    def _partners(self):
        self._copy(
            self.debit.partner_id,
            SQL("FROM (SELECT DISTINCT partner FROM bench_plan) p"),
            {
                'id': 'p.partner',
                'commercial_partner_id': 'p.partner',
                **dict.fromkeys(('name', 'complete_name'), "'Customer ' || p.partner"),
            },
        )

    def _line(self, original, source, line, move, day, amount, name, values):
        own = dict.fromkeys(('partner_id',), 'p.partner') if original.partner_id else {}
        self._copy(
            original,
            source,
            {
                'id': line,
                'move_id': move,
                'date': day,
                'move_name': name,
                'matching_number': 'NULL',
                'full_reconcile_id': 'NULL',
                **dict.fromkeys(('balance', 'amount_currency'), amount),
                'debit': f'GREATEST({amount}, 0)',
                'credit': f'GREATEST(-({amount}), 0)',
                **own,
                **values,
            },
        )

    def _copy(self, original, source, values):
        """Insert a copy of the row for each of ``source``, with ``values`` (column: SQL text) in place of its
        own.
        """
        table = SQL.identifier(original._table)
        columns = [
            name
            for (name,) in self.env.execute_query(
                SQL(
                    "SELECT column_name::text FROM information_schema.columns WHERE table_name = %s",
                    original._table,
                )
            )
        ]
        shown = [
            SQL(values[name]) if name in values else SQL.identifier('o', name) for name in columns
        ]  # constant texts
        self._execute(
            SQL(
                """INSERT INTO %s (%s) WITH o AS (SELECT * FROM %s WHERE id = %s)
                   SELECT %s FROM o CROSS JOIN LATERAL (SELECT * %s) p""",
                table,
                SQL(', ').join(map(SQL.identifier, columns)),
                table,
                original.id,
                SQL(', ').join(shown),
                source,
            )
        )

    def _finish(self):
        for table in ('account_move', 'account_move_line', 'account_partial_reconcile', 'res_partner'):
            self._execute(
                SQL("SELECT setval(%s, (SELECT MAX(id) FROM %s))", f'{table}_id_seq', SQL.identifier(table))
            )
        self.env.cr.commit()
        for table in ('account_move', 'account_move_line', 'account_partial_reconcile', 'res_partner'):
            self._execute(SQL("ANALYZE %s", SQL.identifier(table)))
        self.env.cr.commit()
        self.env.invalidate_all()

    def _top(self, table):
        self.env.cr.execute(SQL("SELECT COALESCE(MAX(id), 0) FROM %s", SQL.identifier(table)))
        return self.env.cr.fetchone()[0]

    def _execute(self, query):
        self.env.cr.execute(query)
