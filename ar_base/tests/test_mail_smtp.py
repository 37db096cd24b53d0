import inspect

from odoo.tests import TransactionCase, tagged

from ..mail.smtp import Answer, MailPool, Outage, Refused, SmtpConnection
from .common_smtp import FakeSmtp
from odoo.addons.base.models.ir_mail_server import IrMail_Server


@tagged('post_install', '-at_install')
class TestMailSmtp(TransactionCase):
    """What we use of Odoo's private mail methods, and what we promise of a delivery in two steps."""

    def test_odoo_still_has_what_we_use(self):
        """A new version of Odoo that changes one of these methods fails here, not in a customer's mail."""
        used = {
            '_find_mail_server': {'email_from'},
            '_connect__': {'mail_server_id', 'smtp_from'},
            '_build_email__': {
                'email_from', 'email_to', 'subject', 'body', 'reply_to', 'attachments',
                'message_id', 'object_id', 'subtype', 'headers',
            },
            '_prepare_email_message__': {'message', 'smtp_session'},
        }  # fmt: skip
        for name, arguments in used.items():
            parameters = inspect.signature(getattr(IrMail_Server, name)).parameters
            self.assertLessEqual(arguments, set(parameters), name)

    def test_odoo_returns_no_connection_where_it_sends_nothing(self):
        servers = self.env['ir.mail_server']
        connection = MailPool().connect(servers, 'carla@example.org')
        self.assertIsNone(connection.smtp)
        connection.offer(servers, None)
        self.assertTrue(connection.complete().accepted)

    def _message(self):
        return self.env['ir.mail_server']._build_email__(
            'carla@example.org', ['hua@example.com'], "Reminder", "<p>.Dot</p>", subtype='html'
        )

    def test_the_server_has_the_mail_with_the_final_dot_only(self):
        smtp = FakeSmtp()
        connection = SmtpConnection(smtp)
        connection.offer(self.env['ir.mail_server'], self._message())
        self.assertFalse(smtp.mails)
        self.assertEqual(connection.complete(), Answer(250, 'ok'))
        self.assertEqual(len(smtp.mails), 1)

    def test_a_refusal_is_certain_and_a_lost_answer_is_not(self):
        servers = self.env['ir.mail_server']
        with self.assertRaises(Refused) as refused:
            SmtpConnection(FakeSmtp(recipient=(550, b'no'))).offer(servers, self._message())
        self.assertTrue(refused.exception.answer.permanent)
        lost = SmtpConnection(FakeSmtp(breaks='answer'))
        lost.offer(servers, self._message())
        self.assertEqual(lost.complete().code, 0)

    def test_a_server_that_is_down_is_tried_once_in_a_round(self):
        tried = []

        def down(*args, **kwargs):
            tried.append(args)
            raise ConnectionRefusedError

        self.patch(IrMail_Server, '_connect__', down)
        pool = MailPool()
        for _time in range(2):
            with self.assertRaises(Outage):
                pool.connect(self.env['ir.mail_server'], 'carla@example.org')
        self.assertEqual(len(tried), 1)
