import base64
import hashlib

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import ReceivablesCommon


@tagged('post_install', '-at_install')
class TestKeptDocument(ReceivablesCommon, HttpCase):
    """A kept file is never changed, moved, published or deleted, and only the one that was kept is served."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account = cls._account()
        cls.Kept = cls.env['ar.kept.document']
        cls.file = cls.Kept._keep(cls.account, "S/2024/1.pdf", b'%PDF as it was sent')
        cls.kept = cls.Kept._of(cls.file)

    def test_registered_with_its_hash(self):
        self.assertRecordValues(
            self.kept,
            [
                {
                    'name': "S-2024-1.pdf",
                    'res_model': 'ar.credit.account',
                    'res_id': self.account.id,
                    'company_id': self.company.id,
                    'sha256': hashlib.sha256(b'%PDF as it was sent').hexdigest(),
                    'size': 19,
                    'kept_by': self.env.user.id,
                    'is_intact': True,
                }
            ],
        )
        self.Kept._keep_attachments(self.account, self.file)
        self.assertEqual(len(self.Kept._of(self.file)), 1, "kept once")

    def test_nobody_changes_or_deletes_the_file(self):
        forged = base64.b64encode(b'forged')
        changes = [
            {'datas': forged},
            {'raw': b'forged'},
            {'name': "other.pdf"},
            {'public': True},
            {'access_token': 'known'},
            {'res_id': self._account(self._customer("Other")).id},
            {'res_model': 'res.partner'},
            {'mimetype': 'text/html'},
        ]
        users = [self._user(role) for role in ('collector', 'accountant', 'manager')]
        for user in (*users, self.env.ref('base.user_admin'), self.env.ref('base.user_root')):
            file = self.file.with_user(user)
            for record in (file, file.sudo(), file.with_context(_force_unlink=True)):
                for change in changes:
                    with self.assertRaises(AccessError), self.env.cr.savepoint():
                        record.write(change)
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    record.unlink()
        self.assertEqual(self.file.raw, b'%PDF as it was sent')

    def test_showing_the_file_is_no_change(self):
        # The client saves a preview of each PDF in the chatter, as the person who looks at it.
        pixel = b'R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7'
        self.file.sudo().write({'thumbnail': pixel})
        self.assertFalse(self.file.thumbnail)
        with self.assertRaises(AccessError):
            self.file.sudo().write({'thumbnail': pixel, 'raw': b'forged'})

    def test_nobody_writes_the_register(self):
        for user in (self._user('accountant'), self._user('manager'), self.env.ref('base.user_root')):
            kept = self.kept.with_user(user).sudo()
            for values in ({'sha256': 'x'}, {'attachment_id': False}, {'kept_on': '2020-01-01'}):
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    kept.write(values)
            with self.assertRaises(UserError), self.env.cr.savepoint():
                kept.with_context(_force_unlink=True).unlink()
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                kept.create({'name': "x", 'attachment_id': self.file.id, 'sha256': 'x'})

    def test_a_context_publishes_nothing(self):
        forged = {'default_public': True, 'default_access_token': 'known', 'default_sha256': 'x'}
        file = self.Kept.with_context(**forged)._keep(self.account, "a.pdf", b'a')
        self.assertFalse(file.public or file.access_token)
        self.assertTrue(self.Kept._of(file).is_intact)

    def test_moving_the_file_store_is_no_change(self):
        self.file.write({'raw': self.file.raw, 'mimetype': self.file.mimetype})
        self.assertTrue(self.kept.is_intact)

    def _tamper(self):
        """Change the file below all checks of ours: on the disk of the server."""
        self.env.flush_all()
        fname = self.env['ir.attachment']._file_write(b'forged', hashlib.sha1(b'forged').hexdigest())  # noqa: S324
        self.env.cr.execute(
            'UPDATE ir_attachment SET store_fname = %s, file_size = 6 WHERE id = %s', (fname, self.file.id)
        )
        self.env.invalidate_all()

    @mute_logger('odoo.http')
    def test_another_file_is_not_served(self):
        accountant = self._user('accountant')
        self.authenticate(accountant.login, accountant.login)
        url = f'/web/content/{self.file.id}'
        self.assertEqual(self.url_open(url).content, b'%PDF as it was sent')
        self._tamper()
        answer = self.url_open(url)
        self.assertNotEqual(answer.status_code, 200)
        self.assertNotIn(b'forged', answer.content)
        with self.assertRaisesRegex(UserError, "no longer the one that was kept"):
            self.Kept._content(self.file)
        said = self.kept.with_user(accountant).action_verify()
        self.assertIn("S-2024-1.pdf", said['params']['message'])
