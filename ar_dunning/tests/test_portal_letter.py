import email
import email.policy
import re
from datetime import timedelta

from odoo import fields, http
from odoo.tests import HttpCase, tagged

from .common_sending import FakeSmtp, SendingCommon


@tagged('post_install', '-at_install')
class TestPortalLetter(SendingCommon, HttpCase):
    """Only the customer reads its letters, signed in or by the link of the mail."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stranger = cls.env['res.partner'].create({'name': "Stranger", 'is_company': True})
        for login, partner in (('letter_hua', cls.contact), ('letter_stranger', cls.stranger)):
            cls.env['res.users'].with_context(no_reset_password=True).create(
                {
                    'name': login,
                    'login': login,
                    'password': login,
                    'partner_id': partner.id,
                    'group_ids': [fields.Command.set(cls.env.ref('base.group_portal').ids)],
                }
            )

    def setUp(self):
        super().setUp()
        self.letter = self._queued()
        self.smtp = FakeSmtp()
        self._work(self.smtp)
        self.assertEqual(self.letter.state, 'sent')
        self.url = f'/my/receivables/letters/{self.letter.id}'

    def _shows(self, url):
        page = self.url_open(url, allow_redirects=False)
        return page.status_code == 200 and self.letter.name in page.text

    def test_own_letter(self):
        self.authenticate('letter_hua', 'letter_hua')
        self.assertTrue(self._shows(self.url))
        self.assertFalse(self._shows('/my/receivables/letters/0'))

    def test_own_letter_without_a_token(self):
        """A wrong token takes nothing from a customer who has logged in."""
        self.authenticate('letter_hua', 'letter_hua')
        self.assertTrue(self._shows(f'{self.url}?access_token=guessed'))

    def _mailed_link(self):
        """Return the link that is in the mail as the server got it."""
        [link] = set(re.findall(rf'{self.url}\?access_token=[\w-]+', self._mail_html()))
        return link

    def _mail_html(self):
        message = email.message_from_bytes(self.smtp.mails[0], policy=email.policy.default)
        return message.get_body(('html',)).get_content()

    def test_the_link_of_the_mail(self):
        link = self._mailed_link()
        self.assertTrue(self._shows(link))
        download = self.url_open(f'{link}&download=1')
        self.assertEqual((download.status_code, download.headers['Content-Type']), (200, 'application/pdf'))
        self.assertFalse(self._shows(self.url))
        for guess in ('guessed', '', self.letter._links().token_hash, link[-43:-1]):
            self.assertFalse(self._shows(f'{self.url}?access_token={guess}'), guess)
        self.assertRecordValues(
            self.letter._links(), [{'partner_id': self.letter._letter_contact().id, 'purpose': 'read'}]
        )

    def test_the_link_expires(self):
        link = self._mailed_link()
        record = self.letter._links()
        self.assertEqual(record.expires_on.date(), record.create_date.date() + timedelta(days=90))
        record._record_facts({'expires_on': fields.Datetime.now() - timedelta(minutes=1)})
        self.assertFalse(self._shows(link))

    def test_the_link_is_revoked(self):
        link = self._mailed_link()
        self.letter.with_user(self.collector).action_revoke_links()
        self.assertFalse(self._shows(link))
        self.assertEqual(self.letter._links().revoked_by_id, self.collector)
        self.authenticate('letter_hua', 'letter_hua')
        self.assertTrue(self._shows(self.url), "the customer logs in")

    def test_the_link_of_another_letter(self):
        other = self._twin(self.letter)
        token = self.env['ar.portal.link']._issue(other, 'read', self.stranger, 90)
        self.assertFalse(self._shows(f'{self.url}?access_token={token}'))

    def test_only_the_mail_holds_the_link(self):
        token = self._mailed_link().split('=')[1]
        delivery = self.letter.delivery_ids
        self.assertIn(self.url, delivery.body, "what is kept leads to the page")
        for record in (self.letter, delivery, delivery.mail_message_id, self.letter._links()):
            for values in record.sudo().read(load=None):
                self.assertFalse([name for name, value in values.items() if token in str(value)])
                self.assertFalse([name for name, value in values.items() if 'access_token' in str(value)])
        for model in ('mail.message', 'mail.mail'):
            self.assertFalse(self.env[model].sudo().search([('body', 'like', 'access_token=')]))

    def test_somebody_else(self):
        self.authenticate('letter_stranger', 'letter_stranger')
        self.assertFalse(self._shows(self.url))
        self.assertFalse(self._shows(f'{self.url}?download=1'))
        self.assertEqual(self.url_open(f'/ar_dunning/letter/{self.letter.id}').status_code, 404)

    # === What is done by the link ===

    def _object(self, link, line, **data):
        token = link.split('access_token=')[1]
        url = f'/my/receivables/dispute/{line.id}?access_token={token}'
        self.url_open(url, allow_redirects=False)
        return self.url_open(
            url,
            data={
                'csrf_token': http.Request.csrf_token(self),
                'reason': 'quality',
                'description': "Two lamps arrived broken",
                **data,
            },
            allow_redirects=False,
        )

    def _item(self):
        return self.letter._link_items()[:1]

    def test_the_letter_is_answered_by_its_link(self):
        link, line = self._mailed_link(), self._item()
        page = self.url_open(link).text
        self.assertIn('ar_letter_pay', page)
        self.assertIn(f'/my/receivables/dispute/{line.id}?access_token=', page)
        self.authenticate(None, None)
        answer = self._object(link, line, amount='1')
        self.assertEqual(answer.status_code, 303)
        self.assertIn(f'{self.url}?access_token=', answer.headers['Location'])
        dispute = self.env['ar.dispute'].search([('move_id', '=', line.move_id.id)])
        self.assertRecordValues(
            dispute,
            [
                {
                    'state': 'open',
                    'channel': 'portal',
                    'amount': 1,
                    'contact_id': self.letter._letter_contact().id,
                    'reply_link_id': self.letter._links().id,
                    'reply_user_id': False,
                }
            ],
        )

    def test_the_link_answers_nothing_else(self):
        other = self._receivable(self._invoice(50, due='2024-05-01'))
        line, link = self._item(), self._mailed_link()
        self.authenticate(None, None)
        self.assertEqual(self._object(link, other).status_code, 404, "not of this letter")
        guessed = self._object(f'{self.url}?access_token=guessed', line)
        self.assertEqual((guessed.status_code, '/web/login' in guessed.headers['Location']), (303, True))
        self.authenticate(self.collector.login, self.collector.login)
        self.assertEqual(self._object(link, line).status_code, 404, "a colleague is no customer")
        self.letter.with_user(self.collector).action_revoke_links()
        self.authenticate(None, None)
        self.assertIn('/web/login', self._object(link, line).headers['Location'])
        self.assertFalse(self.env['ar.dispute'].search([('move_id', 'in', (line | other).move_id.ids)]))
