import json
import re
from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from odoo.addons.ar_dunning.tests.common_sending import FakeSmtp, SendingCommon
from odoo.addons.ar_statement.tests.test_portal_pay import PayCommon


class LetterPayment(SendingCommon, HttpCase):
    """A letter of two invoices, 1,000 and 300; of the first one 200 are disputed. Nobody is logged in."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.provider = PayCommon._demo_provider.__func__(cls)

    def setUp(self):
        super().setUp()
        self.large = self._receivable(self._invoice(1000, due='2024-04-01'))
        self.letter = self._queued(300)
        self._work(FakeSmtp())
        self.small = self.letter._link_items() - self.large
        self.other = self._receivable(self._invoice(50, due='2024-05-01'))
        self.env['ar.dispute'].create({'move_id': self.large.move_id.id, 'amount': 200})
        self.token = self._token(self.letter)
        self.url = f'/my/receivables/letters/{self.letter.id}?access_token={self.token}'
        self.authenticate(None, None)

    def _token(self, document, purpose='read'):
        return self.env['ar.portal.link']._issue(document, purpose, self.contact, 30)

    def _slug(self, line=None):
        line = line or self.large
        return f'{line.company_id.id}-{line.currency_id.id}-{line.account_id.id}'

    def _begin(self, choice, amount, token=None, slug=None, **params):
        """Begin a payment as the page does; return the transaction, or what was refused."""
        response = self.url_open(
            f'/my/receivables/transaction/{self.env.company.id}/{slug or self._slug()}/{choice}',
            data=json.dumps(
                {
                    'jsonrpc': '2.0',
                    'method': 'call',
                    'params': {
                        'provider_id': self.provider.id,
                        'payment_method_id': self.provider.payment_method_ids[:1].id,
                        'token_id': None,
                        'flow': 'direct',
                        'tokenization_requested': False,
                        'landing_route': 'https://evil.example',
                        'is_validation': False,
                        'amount': amount,
                        'access_token': token or self.token,
                        **params,
                    },
                }
            ),
            headers={'Content-Type': 'application/json'},
        ).json()
        if 'error' in response:
            return response['error']['data']['message']
        reference = response['result']['reference']
        return self.env['payment.transaction'].search([('reference', '=', reference)])

    def _done(self, tx):
        tx._set_done()
        tx._post_process()
        return tx

    def _residuals(self):
        return self.large.amount_residual, self.small.amount_residual, self.other.amount_residual

    def _no_payment(self):
        return not self.env['payment.transaction'].search([('ar_item_ids', '!=', False)])


@tagged('post_install', '-at_install')
class TestLetterPayment(LetterPayment):
    """Who holds a letter's link pays what the letter demands by one payment, and nothing else."""

    def test_the_page_offers(self):
        page = self.url_open(self.url)
        self.assertRegex(page.text, r'(?s)ar_pay_undisputed.*1,100\.00.*ar_pay_all.*1,300\.00')
        self.assertEqual(page.headers['Referrer-Policy'], 'no-referrer')
        self.assertNotIn(self.other.move_id.name, page.text)
        [address] = re.findall(r'href="([^"]+)"[^>]*ar_pay_undisputed', page.text)
        self.assertIn('o_payment_form', self.url_open(address.replace('&amp;', '&')).text)

    def test_everything(self):
        tx = self._done(self._begin('all', 1300))
        self.assertEqual(self._residuals(), (0, 0, 50))
        self.assertEqual((tx.ar_item_ids, tx.partner_id), (self.large | self.small, self.contact))
        self.assertNotIn(self.token, str(tx.read()))
        page = self.url_open(tx.landing_route).text
        self.assertIn("Thank you", page)
        self.assertIn('ar_receipt', page)
        receipt = self.url_open(f'/my/receivables/paid/{tx.id}/receipt')
        self.assertEqual((receipt.status_code, receipt.headers['Content-Type']), (200, 'application/pdf'))
        self.authenticate(None, None)
        for path in ('', '/receipt'):
            self.assertEqual(self.url_open(f'/my/receivables/paid/{tx.id}{path}').status_code, 404)

    def test_chosen_items(self):
        self._done(self._begin(f'{self.small.id}', 300))
        self.assertEqual(self._residuals(), (1000, 0, 50))

    def test_the_undisputed_rest(self):
        """What is disputed stays open on its own invoice, whatever is due first."""
        tx = self._done(self._begin('undisputed', 1100))
        self.assertEqual(self._residuals(), (200, 0, 50))
        self.assertEqual((tx.payment_id.amount, len(tx.payment_id.move_id.line_ids)), (1100, 3))
        self.assertFalse(
            tx.payment_id.move_id.line_ids.filtered(
                lambda line: line.account_id == self.large.account_id
            ).filtered('amount_residual')
        )

    def test_two_disputed(self):
        self.env['ar.dispute'].create({'move_id': self.small.move_id.id, 'amount': 100})
        self._done(self._begin('undisputed', 1000))
        self.assertEqual(self._residuals(), (200, 100, 50))

    def test_the_amount_is_the_servers(self):
        for amount in (1, 1299.99, 1301, 0, -1300, None):
            self.assertIn("has changed", self._begin('all', amount), amount)
        self.assertIn("has changed", self._begin('undisputed', 1300))
        self.assertIn("has changed", self._begin('overdue-nonsense', 1))
        self.assertTrue(self._no_payment())

    def test_nothing_of_others(self):
        stranger = self.env['res.partner'].create({'name': "Stranger", 'is_company': True})
        theirs = self._receivable(self._invoice(70, due='2024-05-01', partner=stranger))
        for line, amount in ((self.other, 50), (theirs, 70)):
            self.assertIn("has changed", self._begin(f'{line.id}', amount))
            self.assertIn("has changed", self._begin(f'undisputed-{line.id}', amount))
        self.assertIn("has changed", self._begin(f'{self.small.id}-{theirs.id}', 370))
        self.assertTrue(self._no_payment())

    def test_tokens(self):
        record = self.letter._links()[0]
        for token in ('guessed', record.token_hash, self.token[:-1]):
            self.assertIn("no longer valid", self._begin('all', 1300, token=token))
        record._record_facts({'expires_on': fields.Datetime.now() - timedelta(minutes=1)})
        self.assertIn("no longer valid", self._begin('all', 1300))
        self.token = self._token(self.letter)
        self.letter.action_revoke_links()
        self.assertIn("no longer valid", self._begin('all', 1300))
        pay = f'/my/receivables/pay?company={self.env.company.id}&group={self._slug()}&what=all'
        page = self.url_open(f'{pay}&access_token={self.token}', allow_redirects=False)
        self.assertIn('/web/login', page.headers['Location'])
        self.assertTrue(self._no_payment())

    def test_a_colleague_is_no_customer(self):
        self.authenticate(self.collector.login, self.collector.login)
        self.assertNotIsInstance(self._begin('all', 1300), type(self.env['payment.transaction']))
        self.assertTrue(self._no_payment())

    def test_ways_that_are_not_offered(self):
        """The customer's saved card, and a provider that is switched off, are no way to pay by a link."""
        card = self.env['payment.token'].create(
            {
                'provider_id': self.provider.id,
                'payment_method_id': self.provider.payment_method_ids[:1].id,
                'partner_id': self.contact.id,
                'provider_ref': 'card',
                'payment_details': '4242',
            }
        )
        pay = f'/my/receivables/pay?company={self.env.company.id}&group={self._slug()}&what=all'
        self.assertNotIn(card.display_name, self.url_open(f'{pay}&access_token={self.token}').text)
        off = self.provider.copy({'state': 'disabled'})
        for params in (
            {'flow': 'token', 'token_id': card.id},
            {'tokenization_requested': True},
            {'provider_id': off.id},
            {'is_validation': True},
        ):
            self.assertIn("not offered", self._begin('all', 1300, **params), params)
        self.assertTrue(self._no_payment())

    def test_paid_meanwhile_and_twice(self):
        first = self._begin(f'{self.small.id}', 300)
        self._pay(self.small.move_id, '2024-07-01')
        self.assertIn("has changed", self._begin(f'{self.small.id}', 300), "paid meanwhile")
        self._done(first)
        credit = first.payment_id.move_id.line_ids.filtered(
            lambda line: line.account_id == self.small.account_id
        )
        self.assertEqual(credit.amount_residual, -300, "what came twice stays in the customer's favour")
        self.assertEqual(self._residuals(), (1000, 0, 50))
        second = self._begin('undisputed', 800)
        second._set_pending()
        self.assertIn("has changed", self._begin('all', 1000), "under way already")

    def test_foreign_currency(self):
        line = self._receivable(self._invoice(100, due='2024-05-01', currency=self.eur))
        run = self._run('2024-07-30', self.collector)
        letter = run.notice_ids.filtered(lambda notice: notice.currency_id == self.eur)
        letter.action_approve()
        self.env['ar.dispute'].create({'move_id': line.move_id.id, 'amount': 40})
        tx = self._begin('undisputed', 60, token=self._token(letter), slug=self._slug(line))
        self._done(tx)
        self.assertEqual((tx.currency_id, line.amount_residual_currency), (self.eur, 40))
        self.assertIn("has changed", self._begin('undisputed', 60, slug=self._slug(line)), "another letter's")

    def test_instalment_of_a_plan(self):
        """By the plan's link, and by the letter's: the next instalment, and no more."""
        today = fields.Date.context_today(self.letter)
        plan = self.env['ar.payment.plan'].create(
            {
                'credit_account_id': self.account.id,
                'contact_id': self.contact.id,
                'item_ids': [Command.create({'move_line_id': line.id}) for line in self.large | self.small],
                'line_ids': [
                    Command.create({'date': today + timedelta(days=30 * number), 'amount': amount})
                    for number, amount in ((1, 400), (2, 900))
                ],
            }
        )
        plan.action_offer()
        preview = self._token(plan, 'preview')
        plan._accept("Li Wei")
        token = self._token(plan, 'sign')
        page = self.url_open(f'/my/payment-plans/{plan.id}?access_token={token}').text
        self.assertRegex(page, r'(?s)ar_pay_plan.*400\.00')
        letter = self.url_open(self.url).text
        self.assertRegex(letter, r'(?s)ar_pay_plan.*400\.00')
        self.assertEqual(letter.count('ar_planned'), 2)
        self.assertIn("no longer valid", self._begin(f'plan-{plan.id}', 400, token=preview))
        self.assertIn("has changed", self._begin(f'plan-{plan.id}', 1300))
        self._done(self._begin(f'plan-{plan.id}', 400, token=token))
        self.assertEqual(self._residuals(), (600, 300, 50))
        self._done(self._begin(f'plan-{plan.id}', 900))
        self.assertEqual((self._residuals(), plan.state), ((0, 0, 50), 'completed'))

    def test_planned_is_not_overdue(self):
        portal = self._portal_user('letter_li', self.contact)
        plan = self.env['ar.payment.plan'].create(
            {
                'credit_account_id': self.account.id,
                'contact_id': self.contact.id,
                'item_ids': [Command.create({'move_line_id': self.large.id})],
                'line_ids': [
                    Command.create({'date': fields.Date.context_today(self.letter), 'amount': 1000})
                ],
            }
        )
        plan.action_offer()
        plan._accept("Li Wei")
        self.authenticate(portal.login, portal.login)
        page = self.url_open('/my/receivables').text
        self.assertRegex(page, r'(?s)ar_overdue[^>]*>.{0,80}350\.00')
        self.assertEqual(page.count("days overdue"), 2)
        self.assertRegex(page, r'(?s)ar_pay_overdue.{0,400}350\.00')


@tagged('post_install', '-at_install')
class TestLetterTelephone(LetterPayment):
    browser_size = '390x844'
    touch_enabled = True

    def test_pay_on_the_telephone(self):
        self.start_tour(self.url, 'ar_portal_letter_pay')
        self.assertEqual(self._residuals(), (200, 0, 50))
