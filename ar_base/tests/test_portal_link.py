from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from .common import ReceivablesCommon


@tagged('post_install', '-at_install')
class TestPortalLink(ReceivablesCommon):
    """A token opens one document for one purpose, until it expires or is revoked; it is never seen again."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Link = cls.env['ar.portal.link']
        # Any model with a company may give links; the credit account stands for it here.
        cls.startClassPatcher(
            patch.object(
                cls.registry['ar.credit.account'],
                '_link_paths',
                {'read': '/my/files/%s', 'answer': '/my/files/%s/answer'},
                create=True,
            )
        )
        cls.document = cls._account()
        cls.other = cls._account(cls._customer("Stranger"))

    def _issue(self, days=5, purpose='read', document=None):
        return self.Link._issue(document or self.document, purpose, self.contact, days)

    def test_the_token_is_not_kept(self):
        token = self._issue()
        link = self.Link._of(self.document)
        self.assertRecordValues(
            link,
            [
                {
                    'res_model': 'ar.credit.account',
                    'res_id': self.document.id,
                    'purpose': 'read',
                    'partner_id': self.contact.id,
                    'company_id': self.env.company.id,
                    'state': 'valid',
                    'used_on': False,
                }
            ],
        )
        for values in link.read(load=None):
            self.assertNotIn(token, map(str, values.values()))
        self.assertNotEqual(token, self._issue())

    def test_opens_its_document_for_its_purpose(self):
        token = self._issue()
        link = self.Link._resolve(self.document, 'read', token)
        self.assertEqual(link, self.Link._of(self.document))
        self.assertTrue(link.used_on)
        self.assertFalse(self.Link._resolve(self.document, 'answer', token))
        self.assertFalse(self.Link._resolve(self.other, 'read', token))
        for guess in (
            '',
            None,
            token[:-1],
            f'{token}x',
            link.token_hash,
            str(self.document.id),
            "' OR '1'='1",
        ):
            self.assertFalse(self.Link._resolve(self.document, 'read', guess), guess)

    def test_a_new_link_leaves_the_others_good(self):
        first, second = self._issue(), self._issue()
        self.assertTrue(self.Link._resolve(self.document, 'read', first))
        self.assertTrue(self.Link._resolve(self.document, 'read', second))

    def test_expires(self):
        token = self._issue(days=5)
        for minutes, good in ((-1, True), (1, False)):
            with freeze_time(fields.Datetime.now() + timedelta(days=5, minutes=minutes)):
                self.assertEqual(bool(self.Link._resolve(self.document, 'read', token)), good)
                self.assertEqual(self.Link._of(self.document).state, 'valid' if good else 'expired')
                self.env.invalidate_all()

    def test_revoked(self):
        token, kept = self._issue(), self._issue(document=self.other)
        accountant = self._user('accountant')
        self.Link._of(self.document).with_user(accountant).action_revoke()
        self.assertFalse(self.Link._resolve(self.document, 'read', token))
        self.assertRecordValues(
            self.Link._of(self.document), [{'state': 'revoked', 'revoked_by_id': accountant.id}]
        )
        self.assertTrue(self.Link._resolve(self.other, 'read', kept))

    def test_another_company(self):
        """A document that moved to another company is not opened by the links of the one that sent them."""
        token, company = self._issue(), self.setup_other_company()['company']
        self.Link._of(self.document)._record_facts({'company_id': company.id})
        self.assertFalse(self.Link._resolve(self.document, 'read', token))
        accountant = self._user('accountant')
        self.assertFalse(self.Link.with_user(accountant).search([('res_id', '=', self.document.id)]))

    def test_only_for_what_the_model_names(self):
        with self.assertRaisesRegex(ValueError, "no links for 'pay'"):
            self._issue(purpose='pay')
        with self.assertRaisesRegex(ValueError, r"res\.partner gives no links"):
            self.Link._issue(self.customer, 'read', self.contact, 5)

    def test_no_role_prolongs_or_makes_a_link(self):
        self._issue(days=1)
        link = self.Link._of(self.document)
        for role in ('collector', 'accountant', 'manager'):
            own = link.with_user(self._user(role))
            for values in ({'expires_on': '2100-01-01'}, {'revoked_on': False}, {'token_hash': 'x'}):
                with self.assertRaises(AccessError):
                    own.write(values)
            with self.assertRaises(AccessError):
                own.copy()
            with self.assertRaises(AccessError):
                own.read(['token_hash'])
        with self.assertRaises(AccessError):
            link.with_user(self._user('viewer')).read(['state'])
