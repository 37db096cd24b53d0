from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import SQL

from ..engine import parts
from .common import AgingCommon


@tagged('post_install', '-at_install')
class TestAgingParts(AgingCommon):
    """What of an open item is disputed, and how an addon says what is secured or provisioned."""

    def _parts(self, as_of, name='disputed', **context):
        groups = self._items(as_of, **context)._read_group(
            [('commercial_partner_id', '=', self.customer.id)], ['move_line_id'], [f'{name}:sum']
        )
        return {line: amount for line, amount in groups if amount}

    def _dispute(self, move, amount, **values):
        return self.env['ar.dispute'].create(
            {'move_id': move.id, 'amount': amount, 'opened_on': '2024-02-01', 'outcome': "Paid", **values}
        )

    def _lines(self, move):
        return move.line_ids.filtered(lambda line: line.display_type == 'payment_term').sorted(
            'date_maturity'
        )

    def test_disputed_between_opening_and_closing(self):
        invoice = self._invoice(100)
        dispute = self._dispute(invoice, 30)
        line = self._lines(invoice)
        dispute.action_accept()
        dispute._record_facts({'closed_on': '2024-02-20'})
        for as_of, expected in (
            ('2024-01-31', {}),
            ('2024-02-01', {line: 30}),
            ('2024-02-19', {line: 30}),
            ('2024-02-20', {}),
        ):
            with self.subTest(as_of):
                self.assertEqual(self._parts(as_of), expected)

    def test_no_more_than_is_open(self):
        invoice = self._invoice(100)
        self._dispute(invoice, 30)
        self._pay(invoice, '2024-02-10', 80)
        self.assertEqual(self._parts('2024-02-09'), {self._lines(invoice): 30})
        self.assertEqual(self._parts('2024-02-10'), {self._lines(invoice): 20})

    def test_instalments_in_order_and_by_name(self):
        terms = self.env['account.payment.term'].create(
            {
                'name': "30/70",
                'line_ids': [
                    Command.create({'value': 'percent', 'value_amount': 30, 'nb_days': 0}),
                    Command.create({'value': 'percent', 'value_amount': 70, 'nb_days': 60}),
                ],
            }
        )
        invoice = self._invoice(100, invoice_payment_term_id=terms.id, invoice_date_due=False)
        first, second = self._lines(invoice)
        self._dispute(invoice, 40)
        self.assertEqual(self._parts('2024-02-10'), {first: 30, second: 10})
        self._dispute(invoice, 5, move_line_id=second.id)
        self.assertEqual(self._parts('2024-02-10'), {first: 30, second: 15})

    def test_foreign_invoice_and_translation(self):
        invoice = self._invoice(10, currency=self.eur)  # 20 as booked
        self._dispute(invoice, 3)
        line = self._lines(invoice)
        self.assertEqual(self._parts('2024-02-10'), {line: 6})
        self.assertEqual(self._parts('2024-03-01', aging_valuation='closing'), {line: 7.5})
        self.assertEqual(self._parts('2024-03-01', aging_currency_id=self.eur.id), {line: 2.4})

    def test_search_and_read(self):
        invoice, other = self._invoice(100), self._invoice(50)
        self._dispute(invoice, 30)
        items = self._items('2024-02-10').search([('disputed', '>', 0)])
        self.assertEqual(items.move_id, invoice)
        self.assertEqual((items.disputed, items.secured, items.provisioned), (30, 0, 0))
        self.assertFalse(items.search([('move_id', '=', other.id)]).disputed)

    def test_hook_spreads_an_amount_per_customer_to_the_cent(self):
        moves = [self._invoice(amount, day=f'2024-01-1{i}') for i, amount in enumerate((33.33, 33.33, 33.35))]
        self._invoice(10, day='2024-01-15', move_type='out_refund')
        OpenItem = type(self.env['ar.open.item'])
        plain = OpenItem._aging_parts

        def insured(amount):
            amounts = SQL(
                'SELECT %s AS company_id, %s AS partner_id, %s::numeric AS amount',
                self.env.company.id,
                self.customer.id,
                amount,
            )
            return patch.object(
                OpenItem,
                '_aging_parts',
                lambda model, params: {**plain(model, params), 'secured': [parts.spread(params, amounts)]},
            )

        for amount, expected in (
            (50, [16.66, 16.67, 16.67]),
            (0.01, [0, 0.01, 0]),
            (1000, [33.33, 33.33, 33.35]),
        ):
            with self.subTest(amount), insured(amount):
                found = self._parts('2024-02-10', 'secured')
                shares = [found.get(self._lines(move), 0) for move in moves]
                self.assertEqual([round(share, 2) for share in shares], expected)

    def test_secured_follows_the_credit_file(self):
        invoice, other = self._invoice(300), self._invoice(100, due='2024-02-20')
        Account = self.env.registry['ar.credit.account']
        with patch.object(Account, '_secured_by_customer', lambda *_args: {self.customer.id: 200}):
            found = self._parts('2024-02-29', 'secured')
        self.assertEqual(found, {self._lines(invoice): 150, self._lines(other): 50})
        self.assertEqual(self._parts('2024-02-29', 'secured'), {})
