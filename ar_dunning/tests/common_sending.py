from odoo.fields import Command

from .common import DunningCommon
from odoo.addons.ar_base.tests.common_smtp import FakeSmtp, SmtpCommon  # noqa: F401

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


class SendingCommon(SmtpCommon, DunningCommon):
    _send_job = 'ar_dunning.ir_cron_send'

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

    def assertDeliveries(self, notice, *expected):
        """Check [(channel, state)] in the order of the attempts."""
        self.assertEqual(
            [(delivery.channel, delivery.state) for delivery in notice.delivery_ids.sorted('id')],
            list(expected),
        )
