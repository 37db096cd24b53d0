from odoo import http
from odoo.tests import HttpCase, tagged

from .common import AgingCommon


@tagged('post_install', '-at_install')
class TestPortalDispute(AgingCommon, HttpCase):
    """A customer objects to an item of its own; whatever ids the browser sends."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.collector = cls._user('collector')
        cls.account = cls.env['ar.credit.account']._for_partner(cls.customer, cls.env.company)
        cls.account.collector_id = cls.collector
        cls._portal_user('portal_hua', cls.contact)
        cls.stranger = cls.env['res.partner'].create({'name': "Stranger", 'is_company': True})
        cls._portal_user('portal_stranger', cls.stranger)

    def setUp(self):
        super().setUp()
        self.move = self._invoice(100)
        self.line = self.move._ar_instalments()
        self.url = f'/my/receivables/dispute/{self.line.id}'
        self.authenticate('portal_hua', 'portal_hua')

    def _dispute(self, files=None, **data):
        data = {'reason': 'quality', 'description': "Half was broken", **data}
        return self.url_open(
            self.url, data={'csrf_token': http.Request.csrf_token(self), **data}, files=files
        )

    def _mine(self):
        return self.env['ar.dispute'].search([('move_id', '=', self.move.id)])

    def test_dispute(self):
        self.assertIn('ar_dispute_link', self.url_open('/my/receivables').text)
        self.assertIn(self.move.name, self.url_open(self.url).text)
        self.assertIn("Choose what is wrong", self._dispute(reason='nonsense').text)
        self.assertIn("at most what is open", self._dispute(amount='100.01').text)
        self.assertIn("is not an amount", self._dispute(amount='all').text)
        page = self._dispute(files=[('attachment', ('photo.txt', b'broken', 'text/plain'))], amount='60')
        self.assertIn("We are looking into it", page.text)
        dispute = self._mine()
        self.assertRecordValues(
            dispute,
            [
                {
                    'state': 'open',
                    'reason': 'quality',
                    'amount': 60,
                    'channel': 'portal',
                    'description': "Half was broken",
                    'contact_id': self.contact.id,
                    'owner_id': self.collector.id,
                }
            ],
        )
        self.assertEqual(dispute.message_ids.attachment_ids.mapped('name'), ['photo.txt'])
        page = self.url_open('/my/receivables').text
        self.assertIn('ar_portal_disputes', page)
        self.assertNotIn('ar_dispute_link', page, "it is in dispute already")
        self.assertNotIn('ar_notice', page, "the notice is shown once")
        self.assertIn("already looking into", self._dispute().text)
        dispute.outcome = "It was whole when it left"
        dispute.with_user(self.collector).action_reject()
        self.assertIn("We have answered", self._dispute().text)
        self.assertEqual(len(self._mine()), 1)

    def test_another_customers_item(self):
        self.authenticate('portal_stranger', 'portal_stranger')
        self.assertEqual(self.url_open(self.url).status_code, 404)
        self.assertEqual(self._dispute().status_code, 404)
        self.assertFalse(self._mine())
