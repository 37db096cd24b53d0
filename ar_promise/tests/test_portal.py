import json
from datetime import timedelta

from odoo import fields, http
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged

from .common import PromiseCommon
from .test_payment_plan import SIGNATURE


@tagged('post_install', '-at_install')
class TestPortal(PromiseCommon, HttpCase):
    """A customer promises and signs, for its own items only; whatever ids the browser sends."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._portal_user('portal_hua', cls.contact)
        cls.stranger = cls.env['res.partner'].create({'name': "Stranger", 'is_company': True})
        cls._portal_user('portal_stranger', cls.stranger)
        cls.today = fields.Date.context_today(cls.env.user)

    def setUp(self):
        super().setUp()
        self.move = self._invoice(100)
        self.line = self._lines(self.move)
        self.authenticate('portal_hua', 'portal_hua')

    def _post(self, url, **data):
        return self.url_open(url, data={'csrf_token': http.Request.csrf_token(self), **data})

    def _promise_by(self, days, items=None):
        return self._post(
            '/my/receivables/promise',
            item=items or self.line.ids,
            date=str(self.today + timedelta(days=days)),
        )

    def _mine(self):
        return self.env['ar.promise'].search([('credit_account_id', '=', self.account.id)])

    def test_promise(self):
        page = self._promise_by(10)
        self.assertIn("We have noted your promise", page.text)
        self.assertIn("ar_promised", page.text)
        promise = self._mine()
        self.assertRecordValues(
            promise,
            [
                {
                    'state': 'open',
                    'channel': 'portal',
                    'amount': 100,
                    'contact_id': self.contact.id,
                    'noted_by_id': self.collector.id,
                }
            ],
        )
        self.assertNotIn("We have noted", self.url_open('/my/receivables').text, "shown once")

    def test_colleagues_read_it_in_the_language_of_the_company(self):
        self.env['res.lang']._activate_lang('zh_CN')
        self.company.partner_id.lang = 'zh_CN'
        self.assertIn("We have noted your promise", self._promise_by(10).text, "the customer's own language")
        self.assertTrue(
            [message for message in self._mine().message_ids if "门户上承诺" in (message.body or '')]
        )

    def test_double_submit(self):
        self._promise_by(10)
        self.assertIn("already covered", self._promise_by(10).text)
        self.assertEqual(len(self._mine()), 1)

    def test_bounds(self):
        self.assertIn("Choose a date", self._promise_by(31).text)
        self.assertIn("Choose a date", self._promise_by(-1).text)
        self.assertIn(
            "Choose a date", self._post('/my/receivables/promise', item=self.line.ids, date="soon").text
        )
        self.assertIn("Choose the invoices", self._post('/my/receivables/promise', date=str(self.today)).text)
        self.assertFalse(self._mine())
        self.company.ar_promise_open_limit = 1
        self._promise_by(5)
        other = self._lines(self._invoice(50))
        self.assertIn("maximum number of open promises", self._promise_by(5, other.ids).text)
        self.company.ar_promise_portal = False
        self.assertIn("Please call us", self._promise_by(5, other.ids).text)
        self.assertEqual(len(self._mine()), 1)

    def test_the_undisputed_rest_is_promised(self):
        self._dispute(amount='60')
        self.assertIn("ar_promise_link", self.url_open('/my/receivables').text)
        self._promise_by(10)
        self.assertEqual(self._mine().amount, 40)
        other = self._invoice(50)
        self._post(f'/my/receivables/dispute/{self._lines(other).id}', reason='price', description="Wrong")
        self.assertIn("is in dispute", self._promise_by(10, self._lines(other).ids).text)

    def test_a_broken_promise_is_not_promised_again(self):
        self._promise_by(1)
        self.account._follow_commitments(self.today + timedelta(days=2))
        self.assertEqual(self._mine().state, 'broken')
        self.assertIn("was not kept before", self._promise_by(5).text)
        self.company.ar_promise_broken_limit = 1
        self.assertIn(
            "1 earlier promises were not kept", self._promise_by(5, self._lines(self._invoice(50)).ids).text
        )
        self.assertEqual(len(self._mine()), 1)

    def _dispute(self, **data):
        return self._post(
            f'/my/receivables/dispute/{self.line.id}',
            **{'reason': 'quality', 'description': "Broken", **data},
        )

    def test_plan(self):
        plan = self._offer()
        self.assertIn("View and sign", self.url_open('/my/receivables').text)
        self.assertIn("ar_plan_sign", self.url_open(f'/my/payment-plans/{plan.id}').text)
        self.assertIn("signature is missing", self._sign(plan, signature=None)['error'])
        self.assertTrue(self._sign(plan)['force_refresh'])
        self.assertRecordValues(plan, [{'state': 'active', 'signed_by': "Li Hua", 'accepted_on': self.today}])
        self.assertTrue(plan.signed_ip)
        self.assertIn("no longer open", self._sign(plan)['error'], "the second submit")
        self.assertIn("ar_plan_accepted", self.url_open(f'/my/payment-plans/{plan.id}').text)

    def test_plan_as_pdf(self):
        answer = self.url_open(f'/my/payment-plans/{self._offer().id}/pdf')
        self.assertEqual((answer.status_code, answer.headers['Content-Type']), (200, 'application/pdf'))

    def test_plan_by_the_link(self):
        plan = self._offer()
        self.authenticate(None, None)
        self.assertEqual(self.url_open(f'/my/payment-plans/{plan.id}').status_code, 404)
        self.assertEqual(self.url_open(f'/my/payment-plans/{plan.id}?access_token=x').status_code, 404)
        self.assertIn("does not exist", self._sign(plan)['error'])
        link = self._mailed_link(plan)
        self.assertEqual(self.url_open(link).status_code, 200)
        self.assertEqual(self.url_open(link.replace('?', '/pdf?')).status_code, 200)
        plan.valid_until = self.today - timedelta(days=1)
        self.assertEqual(self.url_open(link).status_code, 404, "the offer has ended")
        plan.valid_until = self.today
        answer = self._sign(plan, token=link.split('=')[1])
        self.assertEqual(answer['redirect_url'], link)
        self.assertEqual(plan.state, 'active')
        self.assertEqual(self.url_open(link).status_code, 200)

    def test_a_link_that_is_no_good(self):
        plan, other = self._offer(), self._plan(self._invoice(10), (str(self.today), 10))
        other.action_offer()
        self.authenticate(None, None)
        token = self._mailed_link(plan).split('=')[1]
        self.assertEqual(self._page(plan, token), 200)
        for guess in (
            token[:-1],
            f'{token}x',
            plan._links().token_hash,
            self._mailed_link(other).split('=')[1],
        ):
            self.assertEqual(self._page(plan, guess), 404, guess)
            self.assertIn("does not exist", self._sign(plan, token=guess)['error'])
        expires_on = plan._links().expires_on
        plan._links()._record_facts({'expires_on': fields.Datetime.now() - timedelta(minutes=1)})
        self.assertEqual(self._page(plan, token), 404, "expired")
        plan._links()._record_facts({'expires_on': expires_on})
        self.assertEqual(self._page(plan, token), 200)
        plan.action_revoke_links()
        self.assertEqual(self._page(plan, token), 404, "revoked")
        self.assertIn("does not exist", self._sign(plan, token=token)['error'])
        self.assertEqual(plan.state, 'offered')
        self.authenticate('portal_hua', 'portal_hua')
        self.assertEqual(self.url_open(f'/my/payment-plans/{plan.id}').status_code, 200, "logged in")

    def _page(self, plan, token):
        return self.url_open(f'/my/payment-plans/{plan.id}?access_token={token}').status_code

    def test_a_preview_does_not_sign(self):
        plan = self._offer()
        url = plan.with_user(self.collector).action_preview()['url']
        self.assertNotEqual(
            plan.with_user(self.collector).action_preview()['url'], url, "a new one each time"
        )
        link = plan._links().filtered(lambda link: link.purpose == 'preview')
        self.assertEqual(link.partner_id, self.collector.partner_id)
        self.authenticate(None, None)
        page = self.url_open(url)
        self.assertIn("ar_plan_sign", page.text)
        self.assertNotIn('portal.signature_form', page.text)
        self.assertIn('portal.signature_form', self.url_open(self._mailed_link(plan)).text)
        self.assertIn("does not exist", self._sign(plan, token=url.split('=')[1])['error'])
        with self.assertRaises(AccessError):
            plan.with_user(self._user('stranger', groups='base.group_user')).action_preview()

    def _offer(self):
        plan = self._plan(
            self.move, (str(self.today + timedelta(days=7)), 40), (str(self.today + timedelta(days=37)), 60)
        )
        plan.action_offer()
        return plan

    def _sign(self, plan, token=None, signature=SIGNATURE):
        answer = self.url_open(
            f'/my/payment-plans/{plan.id}/accept' + (f'?access_token={token}' if token else ''),
            data=json.dumps({'jsonrpc': '2.0', 'params': {'name': "Li Hua", 'signature': signature}}),
            headers={'Content-Type': 'application/json'},
        )
        return answer.json()['result']

    def test_another_customers_ids_are_refused(self):
        plan = self._offer()
        draft = self._plan(self._invoice(10), (str(self.today), 10))
        self.authenticate('portal_stranger', 'portal_stranger')
        for url in (
            f'/my/payment-plans/{plan.id}',
            f'/my/payment-plans/{plan.id}/pdf',
        ):
            with self.subTest(url):
                self.assertEqual(self.url_open(url).status_code, 404)
        self.assertEqual(self._promise_by(5).status_code, 404)
        self.assertEqual(self._promise_by(5, ['1 OR 1=1']).status_code, 404)
        self.assertIn("does not exist", self._sign(plan)['error'])
        self.assertFalse(self._mine())
        self.assertEqual(plan.state, 'offered')
        own = self._lines(self._invoice(10, partner_id=self.stranger.id))
        self.assertEqual(
            self._promise_by(5, own.ids + self.line.ids).status_code, 404, "one of them is not its own"
        )
        self.authenticate('portal_hua', 'portal_hua')
        self.assertEqual(self.url_open(f'/my/payment-plans/{draft.id}').status_code, 404, "not offered yet")

    def test_portal_users_reach_no_record(self):
        """Nothing of it can be read or written through RPC."""
        promise = self._promise(self.move, (str(self.today), 100), made_on=str(self.today))
        for model, record in (
            ('ar.promise', promise),
            ('ar.payment.plan', self._offer_other()),
            ('ar.covered.item', promise.item_ids),
        ):
            answer = self.url_open(
                '/web/dataset/call_kw',
                data=json.dumps(
                    {
                        'jsonrpc': '2.0',
                        'params': {'model': model, 'method': 'read', 'args': [record.ids], 'kwargs': {}},
                    }
                ),
                headers={'Content-Type': 'application/json'},
            ).json()
            self.assertEqual(answer['error']['data']['name'], 'odoo.exceptions.AccessError')

    def _offer_other(self):
        return self._plan(self._invoice(10), (str(self.today), 10))
