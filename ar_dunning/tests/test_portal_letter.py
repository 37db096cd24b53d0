from datetime import timedelta

from odoo import fields
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
        self._work(FakeSmtp())
        self.assertEqual(self.letter.state, 'sent')
        self.url = f'/my/receivables/letters/{self.letter.id}'

    def _shows(self, url):
        page = self.url_open(url, allow_redirects=False)
        return page.status_code == 200 and self.letter.name in page.text

    def test_own_letter(self):
        self.authenticate('letter_hua', 'letter_hua')
        self.assertTrue(self._shows(self.url))
        self.assertFalse(self._shows('/my/receivables/letters/0'))

    def test_the_link_of_the_mail(self):
        link = f'{self.url}?access_token={self.letter._portal_ensure_token()}'
        self.assertTrue(self._shows(link))
        self.assertFalse(self._shows(self.url))
        self.assertFalse(self._shows(f'{self.url}?access_token=guessed'))
        self.letter.sudo().sent_on -= timedelta(days=91)
        self.assertFalse(self._shows(link), "the link is too old")

    def test_somebody_else(self):
        self.authenticate('letter_stranger', 'letter_stranger')
        self.assertFalse(self._shows(self.url))
        self.assertFalse(self._shows(f'{self.url}?download=1'))
        self.assertEqual(self.url_open(f'/ar_dunning/letter/{self.letter.id}').status_code, 404)
