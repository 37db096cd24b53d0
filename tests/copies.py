"""Loads a made-up world into the ledger by SQL: copies of an invoice and a receipt that Odoo posted."""

import json

from odoo.tools import SQL

INSERT = """
    INSERT INTO {table}
    SELECT (JSONB_POPULATE_RECORD(t, d.v)).* FROM {table} t, JSONB_ARRAY_ELEMENTS(%s) d (v) WHERE t.id = %s
"""


class Copies:
    """Every column of a copy is its original's, but for dates, customer, amounts and ids."""

    def __init__(self, env, match):
        """:param match: of an invoice with a receipt."""
        self.env, self.match = env, match
        self.debit, self.credit = match.debit_move_id, match.credit_move_id
        self.rows = {'account_move': [], 'account_move_line': [], 'account_partial_reconcile': []}
        self.next = {table: self._last(table) + 1 for table in self.rows}

    def _last(self, table):
        [[last]] = self.env.execute_query(SQL('SELECT MAX(id) FROM %s', SQL.identifier(table)))
        return last

    def load(self, items, partner_of):
        """Enter the items and their receipts.

        :param partner_of: {customer of the world: id of the partner}.
        """
        self.env.flush_all()
        for item in items:
            partner = partner_of[item.customer]
            left = round(item.amount - sum(amount for _day, amount in item.receipts), 2)
            debit = self._line(self.debit, partner, item.day, item.due, item.amount, left)
            for day, amount in item.receipts:
                credit = self._line(self.credit, partner, day, day, -amount, 0)
                self._row(
                    'account_partial_reconcile',
                    self.match,
                    debit_move_id=debit,
                    credit_move_id=credit,
                    amount=amount,
                    debit_amount_currency=amount,
                    credit_amount_currency=amount,
                    max_date=str(max(day, item.day)),
                )
        self._insert()

    def _line(self, line, partner, day, due, balance, left):
        move = self._row(
            'account_move',
            line.move_id,
            name=f"COPY/{self.next['account_move']}",
            sequence_prefix="COPY/",
            sequence_number=self.next['account_move'],
            partner_id=partner,
            commercial_partner_id=partner,
            date=str(day),
            invoice_date=str(day),
            invoice_date_due=str(due),
        )
        return self._row(
            'account_move_line',
            line,
            move_id=move,
            partner_id=partner,
            date=str(day),
            invoice_date=str(day),
            date_maturity=str(due),
            balance=balance,
            amount_currency=balance,
            debit=max(balance, 0),
            credit=max(-balance, 0),
            amount_residual=left,
            amount_residual_currency=left,
            reconciled=not left,
        )

    def _row(self, table, original, **values):
        number = self.next[table]
        self.next[table] += 1
        self.rows[table].append((original.id, {'id': number, **values}))
        return number

    def _insert(self):
        for table, rows in self.rows.items():
            for original in {original for original, _values in rows}:
                values = [values for of, values in rows if of == original]
                self.env.cr.execute(INSERT.format(table=table), [json.dumps(values), original])
            rows.clear()
            self.env.cr.execute(SQL('ANALYZE %s', SQL.identifier(table)))
            self.env.cr.execute(SQL("SELECT SETVAL(%s, %s)", f'{table}_id_seq', self.next[table]))
        self.env.invalidate_all()
