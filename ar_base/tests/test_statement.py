import io
import json
import random
from datetime import timedelta

import openpyxl

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from .common import AgingCommon

DAY = fields.Date.to_date


@tagged('post_install', '-at_install')
class TestStatement(AgingCommon):
    """A statement closes at what the aging shows of the customer on that day, in every currency."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account = cls.env['ar.credit.account']._for_partner(cls.customer, cls.env.company)
        cls.collector = cls._user('collector')

    def _data(self, as_of, kind='open_items', date_from=None):
        return self.account._statement_data(DAY(as_of), kind, date_from and DAY(date_from))[self.account.id]

    def _aging(self, as_of):
        groups = self._items(as_of)._read_group(
            [('commercial_partner_id', '=', self.customer.id)],
            ['currency_id'],
            ['residual_currency:sum', 'residual:sum'],
        )
        return {currency.id: (amount, total) for currency, amount, total in groups if amount}

    def _assert_closes(self, as_of, date_from):
        aging = self._aging(as_of)
        for kind in ('open_items', 'activity'):
            data = self._data(as_of, kind, date_from)
            closing = {s['currency']: s['closing'] for s in data['sections'] if s['closing']}
            self.assertEqual(
                closing, {c: self.env['res.currency'].browse(c).round(a) for c, (a, _t) in aging.items()}
            )
            self.assertAlmostEqual(data['closing'], sum(t for _a, t in aging.values()), 2)
            for section in data['sections']:
                self.assertFalse(section['difference'], section)
                self.assertAlmostEqual(
                    sum(amount for _name, amount in section['aging']), section['closing'], 2
                )
        json.dumps(data)  # it can be frozen

    def test_instalments_and_payments(self):
        terms = self.env['account.payment.term'].create(
            {
                'name': "Halves",
                'line_ids': [
                    Command.create({'value': 'percent', 'value_amount': 50, 'nb_days': 0}),
                    Command.create({'value': 'percent', 'value_amount': 50, 'nb_days': 30}),
                ],
            }
        )
        self._invoice(1000, '2024-01-10', invoice_payment_term_id=terms.id, ref="PO 7")
        paid = self._invoice(300, '2024-01-20')
        self._pay(paid, '2024-02-05')
        (section,) = self._data('2024-02-01')['sections']
        self.assertEqual(
            [(line['original'], line['open'], line['days']) for line in section['lines']],
            [(500, 500, 22), (300, 300, 12), (500, 500, -8)],
        )
        self.assertEqual((section['closing'], section['overdue']), (1300, 800))
        (section,) = self._data('2024-02-29', 'activity', '2024-02-01')['sections']
        self.assertEqual((section['opening'], section['closing']), (1300, 1000))
        self.assertEqual(
            [(line['type'], line['amount'], line['balance']) for line in section['lines']],
            [("Payment", -300, 1000)],
        )

    def test_disputed_is_marked(self):
        invoice = self._invoice(100)
        self.env['ar.dispute'].create({'move_id': invoice.id, 'amount': 40})
        today = fields.Date.to_string(fields.Date.context_today(self.account))
        (section,) = self._data(today)['sections']
        self.assertEqual((section['disputed'], section['lines'][0]['disputed']), (40, 40))

    def test_paid_in_another_currency(self):
        invoice = self._invoice(100, '2024-01-10', currency=self.eur)
        payment = self.env['account.payment'].create(
            {
                'partner_id': self.customer.id,
                'partner_type': 'customer',
                'payment_type': 'inbound',
                'amount': 250,
                'date': '2024-02-10',
            }
        )
        payment.action_post()
        (invoice.line_ids + payment.move_id.line_ids).filtered(
            lambda line: line.account_id.account_type == 'asset_receivable'
        ).reconcile()
        for as_of in ('2024-01-31', '2024-02-10', '2024-03-31'):
            self._assert_closes(as_of, '2024-02-01' if as_of > '2024-02' else '2024-01-01')

    def test_generated(self):
        """Whatever is invoiced, paid, credited and matched in two currencies, every day closes and foots."""
        chance = random.Random(7)
        start = DAY('2024-01-01')
        for number in range(24):
            day = start + timedelta(days=chance.randrange(120))
            move = self._invoice(
                chance.randrange(1, 50000) / 100,
                day,
                due=day + timedelta(days=chance.randrange(60)),
                move_type='out_refund' if number % 5 == 4 else 'out_invoice',
                currency=self.eur if number % 3 == 0 else None,
            )
            if number % 2 and move.move_type == 'out_invoice':
                part = round(move.amount_total * chance.choice((0.3, 1)), 2) or move.amount_total
                self._pay(move, day + timedelta(days=chance.randrange(1, 90)), part)
        for days in (0, 45, 90, 200):
            as_of = start + timedelta(days=days)
            self._assert_closes(str(as_of), str(as_of - timedelta(days=44)))

    def test_queries_do_not_grow_with_customers(self):
        accounts = self.account
        for number in range(6):
            customer = self.env['res.partner'].create({'name': f"Many {number}", 'is_company': True})
            self._invoice(100 + number, partner_id=customer.id)
            accounts |= self.env['ar.credit.account']._for_partner(customer, self.env.company)
        counts = []
        for some in (accounts[1:3], accounts):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            some._statement_data(DAY('2024-03-31'), 'activity', DAY('2024-01-01'))
            counts.append(self.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 2)

    def test_pdf_and_spreadsheet(self):
        self._invoice(100, ref="=HYPERLINK(1)")
        account = self.account.with_user(self.collector).with_context(force_report_rendering=True)
        for kind in ('open_items', 'activity'):
            name, content = account._statement_pdf(kind=kind)
            self.assertTrue(name.endswith('.pdf'))
            self.assertEqual(content[:4], b'%PDF')
        _name, content = account._statement_xlsx()
        cells = [
            str(cell.value)
            for row in openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows()
            for cell in row
        ]
        self.assertIn("Hua", cells)
        self.assertTrue(any(cell.startswith('=SUM(H') for cell in cells))

    def test_wizard(self):
        wizard = (
            self.env['ar.statement.print']
            .with_user(self.collector)
            .create({'credit_account_id': self.account.id})
        )
        self.assertEqual(wizard.action_print_xlsx()['type'], 'ir.actions.act_url')
