import smtplib
from unittest.mock import patch

from odoo.fields import Command

from .common import DunningCommon
from odoo.addons.base.models.ir_mail_server import IrMail_Server

BOUNCE = '''Return-Path: <>
From: MAILER-DAEMON <mailer-daemon@example.com>
To: bounce@example.org
Subject: Undelivered Mail
Message-ID: <dsn-%(action)s@example.com>
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

Sorry.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; example.com

Final-Recipient: rfc822; %(address)s
Action: %(action)s
Status: 5.1.1

--b
Content-Type: message/rfc822

Message-ID: %(message_id)s
Subject: x

x
--b--
'''


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


class SendingCommon(DunningCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.ar_dunning_weekend = True
        cls.collector.email = 'carla@example.org'
        cls.account.collector_id = cls.collector
        cls.stage = cls.plan.stage_ids[0]
        cls.stage.attach_letter = False
        cls.customer.write(
            {'street': "Long Road 1", 'city': "Town", 'zip': '100', 'phone': '+33 6 12 34 56 78'}
        )

    def _channels(self, *channels):
        self.stage.channel_ids = [
            Command.clear(),
            *(
                Command.create({'channel': channel, 'sequence': index})
                for index, channel in enumerate(channels)
            ),
        ]

    def _queued(self, amount=100):
        """Return a letter in the queue."""
        self._invoice(amount, due='2024-05-01')
        run = self._run('2024-06-30', self.collector)
        run.action_approve()
        run.action_send()
        self.assertEqual(run.notice_ids.state, 'queued')
        return run.notice_ids

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
                self.env.ref('ar_dunning.ir_cron_send').method_direct_trigger()

    def assertDeliveries(self, notice, *expected):
        """Check [(channel, state)] in the order of the attempts."""
        self.assertEqual(
            [(delivery.channel, delivery.state) for delivery in notice.delivery_ids.sorted('id')],
            list(expected),
        )
