import email
import email.policy
import re
from datetime import timedelta

from odoo import fields, http
from odoo.tests import HttpCase, tagged

from odoo.addons.ar_dunning.tests.common_sending import FakeSmtp, SendingCommon


@tagged('post_install', '-at_install')
class TestLetterPromise(SendingCommon, HttpCase):
    """A customer who has no login says by the link of its letter when it pays."""

    def setUp(self):
        super().setUp()
        self.letter = self._queued()
        self.other = self._receivable(self._invoice(50, due='2024-05-01'))
        smtp = FakeSmtp()
        self._work(smtp)
        message = email.message_from_bytes(smtp.mails[0], policy=email.policy.default)
        html = message.get_body(('html',)).get_content()
        [self.token] = set(re.findall(r'access_token=([\w-]+)', html))
        self.authenticate(None, None)
        self.url = f'/my/receivables/promise?access_token={self.token}'

    def _promise(self, line, token=None):
        return self.url_open(
            '/my/receivables/promise',
            data={
                'csrf_token': http.Request.csrf_token(self),
                'access_token': token or self.token,
                'item': line.ids,
                'date': str(fields.Date.context_today(self.letter) + timedelta(days=5)),
            },
            allow_redirects=False,
        )

    def test_promise_by_the_link(self):
        line = self.letter._link_items()
        page = self.url_open(f'/my/receivables/letters/{self.letter.id}?access_token={self.token}').text
        self.assertIn('ar_letter_promise', page)
        page = self.url_open(self.url).text
        self.assertIn(line.move_id.name, page)
        self.assertNotIn(self.other.move_id.name, page)
        back = self._promise(line)
        self.assertIn(f'/my/receivables/letters/{self.letter.id}?access_token=', back.headers['Location'])
        self.assertRecordValues(
            self.env['ar.promise'].search([('credit_account_id', '=', self.account.id)]),
            [
                {
                    'state': 'open',
                    'channel': 'portal',
                    'amount': 100,
                    'contact_id': self.letter._letter_contact().id,
                    'reply_link_id': self.letter._links().id,
                    'reply_user_id': False,
                }
            ],
        )
        self.assertIn("We have noted your promise", self.url_open(back.headers['Location']).text)

    def test_the_link_promises_nothing_else(self):
        self.url_open(self.url)
        self.assertEqual(self._promise(self.other).status_code, 404)
        self.assertIn('/web/login', self._promise(self.letter._link_items(), 'guessed').headers['Location'])
        self.assertIn(
            '/web/login', self.url_open('/my/receivables', allow_redirects=False).headers['Location']
        )
        self.assertFalse(self.env['ar.promise'].search([('credit_account_id', '=', self.account.id)]))
