"""Loads the public sample "Late Payment Histories" through Odoo's own models.

2,466 invoices of 100 customers, each settled in full on a known date: for a day D the open items are those
with invoice date <= D < settled date, which any reader can recount from the file.
"""

import csv
from collections import defaultdict
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

from odoo.fields import Command
from odoo.tools import SQL

FILE = Path(__file__).resolve().parents[2] / 'shared' / 'data' / 'late_payment_histories.csv'


class Row(NamedTuple):
    customer: str
    number: str
    invoiced: date
    due: date
    amount: float
    disputed: bool
    settled: date


def _day(text):
    return datetime.strptime(text, '%m/%d/%Y').date()


def read(path=FILE):
    """Return the rows of the file."""
    with path.open(newline='') as stream:
        return [
            Row(
                line['customerID'],
                line['invoiceNumber'],
                _day(line['InvoiceDate']),
                _day(line['DueDate']),
                float(line['InvoiceAmount']),
                line['Disputed'] == 'Yes',
                _day(line['SettledDate']),
            )
            for line in csv.DictReader(stream)
        ]


def batched(rows, size=250):
    """Return the rows in lists of ``size``."""
    return [rows[start : start + size] for start in range(0, len(rows), size)]


class Loader:
    """Enters customers and invoices at once, and payments up to any day, through the ORM.

    In batches, with statistics after each: Odoo's own queries over thousands of rows of one transaction
    took an hour where the planner still believed the tables empty.
    """

    def __init__(self, env, rows):
        self.env, self.rows = env, rows
        names = sorted({row.customer for row in rows})
        self.customers = dict(
            zip(names, env['res.partner'].create([{'name': name, 'is_company': True} for name in names]))
        )
        self.invoices = {}
        self.paid = set()

    def post_invoices(self, account):
        for rows in batched(self.rows):
            self._post_invoices(rows, account)

    def _post_invoices(self, rows, account):
        moves = self.env['account.move'].create(
            [
                {
                    'move_type': 'out_invoice',
                    'partner_id': self.customers[row.customer].id,
                    'ref': row.number,
                    'invoice_date': row.invoiced,
                    'date': row.invoiced,
                    'invoice_date_due': row.due,
                    'invoice_payment_term_id': False,
                    'invoice_line_ids': [
                        Command.create(
                            {
                                'name': row.number,
                                'price_unit': row.amount,
                                'account_id': account.id,
                                'tax_ids': [Command.clear()],
                            }
                        )
                    ],
                }
                for row in rows
            ]
        )
        moves.action_post()
        self._analyze('account_move', 'account_move_line')
        self.invoices.update(zip((row.number for row in rows), moves))

    def _analyze(self, *tables):
        """Give the planner statistics: nobody else sees the rows of this transaction."""
        self.env.flush_all()
        for table in tables:
            self.env.cr.execute(SQL('ANALYZE %s', SQL.identifier(table)))

    def pay_until(self, day, journal):
        """Register and match the payments settled by ``day`` that are not entered yet."""
        for rows in batched([row for row in self.rows if row.settled <= day and row.number not in self.paid]):
            self._pay(rows, journal)

    def _pay(self, rows, journal):
        payments = self.env['account.payment'].create(
            [
                {
                    'payment_type': 'inbound',
                    'partner_type': 'customer',
                    'partner_id': self.customers[row.customer].id,
                    'amount': row.amount,
                    'date': row.settled,
                    'journal_id': journal.id,
                    'memo': row.number,
                }
                for row in rows
            ]
        )
        payments.action_post()
        self._analyze('account_move', 'account_move_line', 'account_payment', 'account_partial_reconcile')
        plan = []
        for row, payment in zip(rows, payments):
            lines = (self.invoices[row.number] + payment.move_id).line_ids
            plan.append(lines.filtered(lambda line: line.account_type == 'asset_receivable'))
        self.env['account.move.line']._reconcile_plan(plan)
        self.paid |= {row.number for row in rows}


def brute_force(rows, as_of, bounds):
    """Return {(customer, bucket name): amount} at ``as_of`` from the file alone.

    :param bounds: (bucket name, first day, last day) with None = open.
    """
    open_amounts = defaultdict(float)
    for row in rows:
        if row.invoiced <= as_of < row.settled:
            days = (as_of - row.due).days
            name = next(
                name
                for name, low, high in bounds
                if (low is None or days >= low) and (high is None or days <= high)
            )
            open_amounts[row.customer, name] += row.amount
    return {key: round(amount, 2) for key, amount in open_amounts.items()}


def brute_force_month(rows, start, end):
    """Return {customer: {opening, invoiced, collected, closing}} of a month from the file alone, without
    empty customers.
    """
    result = defaultdict(lambda: dict.fromkeys(('opening', 'invoiced', 'collected', 'closing'), 0.0))
    for row in rows:
        counts = {
            'opening': row.invoiced < start <= row.settled,
            'invoiced': start <= row.invoiced <= end,
            'collected': start <= row.settled <= end,
            'closing': row.invoiced <= end < row.settled,
        }
        for name in filter(counts.get, counts):
            result[row.customer][name] += row.amount
    return {key: {name: round(amount, 2) for name, amount in row.items()} for key, row in result.items()}
