import json

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from .common import CustomerCommon


class PayCommon(CustomerCommon):
    """An invoice of two instalments, a later one, a credit, and Odoo's demo provider."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.terms = cls.env['account.payment.term'].create(
            {
                'name': "Halves",
                'line_ids': [
                    Command.create({'value': 'percent', 'value_amount': 50, 'nb_days': 0}),
                    Command.create({'value': 'percent', 'value_amount': 50, 'nb_days': 30}),
                ],
            }
        )
        cls.provider = cls._demo_provider()

    @classmethod
    def _demo_provider(cls):
        provider = cls.env['payment.provider'].search(
            [('code', '=', 'demo'), ('company_id', '=', cls.env.company.id)], limit=1
        )
        provider = provider or cls.env.ref('payment.payment_provider_demo').copy(
            {'company_id': cls.env.company.id}
        )
        provider.write({'state': 'test', 'is_published': True})
        provider.payment_method_ids.filtered(lambda method: method.code == 'demo').active = True
        provider.journal_id = cls.company_data['default_journal_bank']
        return provider

    def setUp(self):
        super().setUp()
        self.halves = self._invoice(1000, '2024-01-10', invoice_payment_term_id=self.terms.id)
        self.plain = self._invoice(300, '2024-01-15')
        self.first, self.second = self.halves.line_ids.filtered(
            lambda line: line.display_type == 'payment_term'
        ).sorted('date_maturity')
        self.plain_item = self.plain.line_ids.filtered(lambda line: line.display_type == 'payment_term')

    def _transaction(self, items, amount):
        tx = self.env['payment.transaction'].create(
            {
                'provider_id': self.provider.id,
                'payment_method_id': self.provider.payment_method_ids[:1].id,
                'amount': amount,
                'currency_id': items.currency_id.id,
                'partner_id': self.contact.id,
                'operation': 'online_direct',
                'reference': f'test {items.ids}',
                'invoice_ids': [Command.set(items.move_id.filtered('invoice_date').ids)],
            }
        )
        tx._ar_choose(items, {})
        tx._set_done()
        tx._post_process()
        return tx


@tagged('post_install', '-at_install')
class TestPayChosen(PayCommon):
    """A payment settles the chosen items, and no others."""

    def test_one_instalment_that_is_not_the_oldest(self):
        tx = self._transaction(self.second, 500)
        self.assertEqual((self.first.amount_residual, self.second.amount_residual), (500, 0))
        self.assertEqual(tx.invoice_ids, self.halves)
        self.assertEqual(tx.payment_id.invoice_ids, self.halves)

    def test_several_invoices(self):
        tx = self._transaction(self.second | self.plain_item, 800)
        self.assertEqual(
            (self.first.amount_residual, self.second.amount_residual, self.plain_item.amount_residual),
            (500, 0, 0),
        )
        self.assertIn(self.plain.payment_state, ('paid', 'in_payment'))
        self.assertEqual(tx.payment_id.amount, 800)

    def test_credits_are_taken_off(self):
        credit = self._invoice(50, '2024-01-20', move_type='out_refund')
        items = self.plain_item | credit.line_ids.filtered(lambda line: line.display_type == 'payment_term')
        self._transaction(items, 250)
        self.assertFalse(any(items.mapped('amount_residual')))

    def test_foreign_currency(self):
        item = self._invoice(100, '2024-01-20', currency=self.eur).line_ids.filtered(
            lambda line: line.display_type == 'payment_term'
        )
        self._transaction(item, 100)
        self.assertEqual((item.amount_residual_currency, item.reconciled), (0, True))

    def test_paid_elsewhere_meanwhile(self):
        self._pay(self.plain, '2024-02-01')
        tx = self._transaction(self.plain_item, 300)
        line = tx.payment_id.move_id.line_ids.filtered(
            lambda line: line.account_id == self.plain_item.account_id
        )
        self.assertEqual(line.amount_residual, -300)

    def test_nobody_sends_the_money_elsewhere(self):
        """Users who keep payments in Odoo may write them, but not what the customer chose to pay."""
        tx = self._transaction(self.second, 500)
        clerk = self.env['res.users'].create(
            {
                'name': "Clerk",
                'login': 'recon_clerk',
                'group_ids': [Command.set(self.env.ref('account.group_account_invoice').ids)],
            }
        )
        Transaction = self.env['payment.transaction'].sudo()  # even what code does as superuser
        mine = tx.with_user(clerk)
        chosen = {'ar_item_ids': [Command.set(self.plain_item.ids)], 'ar_item_parts': {'1': 1}}
        for name, value in chosen.items():
            with self.subTest(name), self.assertRaises(AccessError), self.env.cr.savepoint():
                mine.write({name: value})
        values = {
            'provider_id': self.provider.id,
            'payment_method_id': self.provider.payment_method_ids[:1].id,
            'amount': 500,
            'currency_id': self.second.currency_id.id,
            'partner_id': self.contact.id,
            'operation': 'offline',
        }
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            Transaction.create({**values, **chosen, 'reference': 'forged'})
        forged = {f'default_{name}': value for name, value in chosen.items()}
        made = Transaction.with_context(**forged).create({**values, 'reference': 'by default'})
        self.assertFalse(made.ar_item_ids or made.ar_item_parts)
        tx.invalidate_recordset()
        self.assertEqual((tx.ar_item_ids, tx.ar_item_parts or {}), (self.second, {}))

    def test_in_process_is_not_asked_again(self):
        Transaction = self.env['payment.transaction']
        tx = Transaction.create(
            {
                'provider_id': self.provider.id,
                'payment_method_id': self.provider.payment_method_ids[:1].id,
                'amount': 500,
                'currency_id': self.second.currency_id.id,
                'partner_id': self.contact.id,
                'operation': 'online_direct',
                'reference': 'pending',
                'invoice_ids': [Command.set(self.halves.ids)],
            }
        )
        tx._ar_choose(self.second, {})
        items = self.first | self.second | self.plain_item
        self.assertFalse(Transaction._ar_in_process(items))
        tx._set_pending()
        self.assertEqual(Transaction._ar_in_process(items), self.second)
        tx._ar_choose(self.second.browse(), {})
        self.assertEqual(Transaction._ar_in_process(items), self.first | self.second)


@tagged('post_install', '-at_install')
class TestPayPages(PayCommon, HttpCase):
    def _page(self, what):
        company = self.env.company
        slug = f'{company.id}-{company.currency_id.id}-{self.first.account_id.id}'
        return self.url_open(f'/my/receivables/pay?company={company.id}&group={slug}&{what}')

    def test_amounts(self):
        self._invoice(50, '2024-01-20', move_type='out_refund')
        self.env['ar.dispute'].create({'move_id': self.plain.id, 'amount': 300})
        self.authenticate('recon_li', 'recon_li')
        cases = [
            ('what=all', '1,250.00'),
            ('what=overdue', '950.00'),
            (f'item={self.second.id}', '500.00'),
            (f'item={self.second.id}&item={self.plain_item.id}', '800.00'),
        ]
        for what, amount in cases:
            page = self._page(what)
            self.assertEqual(page.status_code, 200)
            self.assertRegex(page.text, rf'ar_pay_amount[^<]*<[^>]*>\s*[^0-9]*{amount}|{amount}', what)
            self.assertIn('o_payment_form', page.text)
        for nothing in ('', 'item=0', 'item=x', 'what=nonsense'):
            self.assertIn('message=nothing', self._page(nothing).url)

    def test_changed_meanwhile(self):
        """The amount is the server's: a page that is out of date, or a changed amount, is refused."""
        self.authenticate('recon_li', 'recon_li')
        company = self.env.company
        slug = f'{company.id}-{company.currency_id.id}-{self.first.account_id.id}'
        params = {
            'provider_id': self.provider.id,
            'payment_method_id': self.provider.payment_method_ids[:1].id,
            'token_id': None,
            'flow': 'direct',
            'tokenization_requested': False,
            'landing_route': 'https://evil.example',
            'is_validation': False,
        }
        url = f'/my/receivables/transaction/{company.id}/{slug}/{self.second.id}'
        for amount in (1, 499.99, 1000, None):
            result = self.make_jsonrpc_request_raw(url, {**params, 'amount': amount})
            self.assertIn("has changed", str(result.get('error')))
        result = self.make_jsonrpc_request_raw(url, {**params, 'amount': 500})
        tx = self.env['payment.transaction'].search([('reference', '=', result['result']['reference'])])
        self.assertRecordValues(
            tx, [{'amount': 500, 'ar_item_ids': self.second.ids, 'invoice_ids': self.halves.ids}]
        )
        self.assertTrue(tx.landing_route.startswith('/my/receivables'))

    def make_jsonrpc_request_raw(self, url, params):
        return self.url_open(
            url,
            data=json.dumps({'jsonrpc': '2.0', 'method': 'call', 'params': params}),
            headers={'Content-Type': 'application/json'},
        ).json()
