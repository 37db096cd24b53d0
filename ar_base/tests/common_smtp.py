"""A mail server for tests, and the worker's job against it."""

import smtplib
from unittest.mock import patch

from odoo.addons.base.models.ir_mail_server import IrMail_Server


class FakeSmtp:
    """Answers as a mail server does, in the way that the test wants."""

    from_filter = smtp_from = False

    def __init__(self, recipient=(250, b'ok'), final=(250, b'ok'), breaks=None):
        self.recipient, self.final, self.breaks, self.mails, self.data = recipient, final, breaks, [], None

    def mail(self, sender, options=()):
        return 250, b'ok'

    def rcpt(self, address):
        return self.recipient

    def rset(self):
        return 250, b'ok'

    def putcmd(self, command):
        self.reply = (354, b'go on')

    def getreply(self):
        if self.breaks == 'answer' and self.reply == self.final:
            raise smtplib.SMTPServerDisconnected
        return self.reply

    def send(self, data):
        if self.breaks == 'data':
            raise smtplib.SMTPServerDisconnected
        if data == b'.\r\n':
            self.reply = self.final
            if self.final[0] == 250:
                self.mails.append(self.data)
        else:
            self.data = data

    def close(self):
        pass


class SmtpCommon:
    """Of a test class that sends."""

    _send_job = 'ar_base.ir_cron_deliver'

    def _work(self, smtp=None, times=1):
        """Run the worker's job, as the system does."""
        with (
            patch.object(IrMail_Server, '_disable_send', lambda self: smtp is None),
            patch.object(
                IrMail_Server, '_connect__', lambda self, **values: self._fake_connect(smtp), create=False
            ),
            patch.object(
                IrMail_Server,
                '_fake_connect',
                lambda self, smtp: smtp() if callable(smtp) else smtp,
                create=True,
            ),
            self.enter_registry_test_mode(),
        ):
            for _time in range(times):
                self.env.ref(self._send_job).method_direct_trigger()
