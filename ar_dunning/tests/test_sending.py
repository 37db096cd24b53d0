import io
import smtplib
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged
from odoo.tools.pdf import PdfWriter
from odoo.tools.safe_eval import safe_eval

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
    """Speaks as a mail server does, with the answers that the test wants."""

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
        cls.customer.write({'street': "Long Road 1", 'city': "Town", 'zip': '100', 'phone': '+33 6 12 34 56 78'})

    def _channels(self, *channels):
        self.stage.channel_ids = [Command.clear(), *(
            Command.create({'channel': channel, 'sequence': index}) for index, channel in enumerate(channels))]

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
        with (patch.object(IrMail_Server, '_disable_send', lambda self: smtp is None),
              patch.object(IrMail_Server, '_connect__', lambda self, **values: self._fake_connect(smtp), create=False),
              patch.object(IrMail_Server, '_fake_connect', lambda self, smtp: smtp() if callable(smtp) else smtp, create=True),
              self.enter_registry_test_mode()):
            for _time in range(times):
                self.env.ref('ar_dunning.ir_cron_send').method_direct_trigger()

    def assertDeliveries(self, notice, *expected):
        """Check [(channel, state)] in the order of the attempts."""
        self.assertEqual([(delivery.channel, delivery.state) for delivery in notice.delivery_ids.sorted('id')], list(expected))


@tagged('post_install', '-at_install')
class TestSendingMail(SendingCommon):

    def test_the_exact_mail_is_kept_and_comes_from_the_collector(self):
        self.stage.attach_letter = True
        notice, smtp = self._queued(), FakeSmtp()
        with patch.object(self.registry['ar.dunning.notice'], '_letter_pdf', lambda self: ("DL.pdf", b'%PDF-1.4 letter')):
            self._work(smtp)
        delivery = notice.delivery_ids
        self.assertDeliveries(notice, ('email', 'sent'))
        self.assertLetter(notice, state='sent', sent_on=fields.Date.context_today(notice))
        mail, = smtp.mails
        self.assertIn(delivery.message_id.encode(), mail)
        self.assertIn(b'carla@example.org', mail)
        self.assertIn(b'hua@example.com', mail)
        self.assertIn('carla@example.org', delivery.email_from)
        self.assertIn('carla@example.org', delivery.reply_to)
        self.assertEqual((delivery.attachment_ids.raw, delivery.address), (b'%PDF-1.4 letter', 'hua@example.com'))
        self.assertIn(notice.name, delivery.body)
        self.assertEqual(delivery.mail_message_id.message_id, delivery.message_id)
        self._work(smtp, times=2)
        self.assertEqual(len(smtp.mails), 1)
        with self.assertRaises(AccessError):
            delivery.with_user(self.controller).write({'state': 'queued'})
        with self.assertRaises(AccessError):
            delivery.attachment_ids.with_user(self.controller).write({'raw': b'other'})

    def test_replies_go_to_the_letter_where_there_is_a_catchall(self):
        self.env.company.alias_domain_id = self.env['mail.alias.domain'].create({'name': 'money.example.org'})
        notice = self._queued()
        self._work(FakeSmtp())
        self.assertIn('catchall@money.example.org', notice.delivery_ids.reply_to)

    def test_the_language_of_the_customer(self):
        template = self.stage.template_id
        template.with_context(lang='zh_CN').write({'subject': "催款 {{ object.name }}", 'body_html': "<p>请付款</p>"})
        self.customer.lang = 'zh_CN'
        notice = self._queued()
        self._work(FakeSmtp())
        self.assertEqual(notice.delivery_ids.subject, f"催款 {notice.name}")
        self.assertIn("请付款", notice.delivery_ids.body)

    def test_paid_meanwhile_is_not_asked(self):
        smtp = FakeSmtp()
        notice = self._queued()
        self._pay(notice.line_ids.move_id, '2024-06-30')
        self._work(smtp)
        self.assertLetter(notice, state='withheld', reason='paid')
        self.assertDeliveries(notice, ('email', 'cancelled'))
        self.assertFalse(smtp.mails)

    def test_nothing_goes_out_on_a_closed_day(self):
        self.env['ar.dunning.closed.day'].create({
            'name': "Holiday", 'date_from': '2024-07-01', 'date_to': '2024-07-02', 'company_id': self.env.company.id})
        notice, smtp = self._queued(), FakeSmtp()
        for day, count in (('2024-07-01', 0), ('2024-07-02', 0), ('2024-07-03', 1)):
            with freeze_time(f'{day} 10:00:00'):
                self._work(smtp)
            self.assertEqual(len(smtp.mails), count, day)
        self.assertLetter(notice, state='sent', sent_on=fields.Date.to_date('2024-07-03'))

    def test_a_temporary_error_is_tried_again_later(self):
        notice, busy, smtp = self._queued(), FakeSmtp(recipient=(451, b'busy')), FakeSmtp()
        self._work(busy)
        delivery = notice.delivery_ids
        self.assertEqual((delivery.state, delivery.attempts, delivery.error), ('queued', 1, 'busy'))
        message_id = delivery.message_id
        self._work(smtp)
        self.assertFalse(smtp.mails, "not before the pause is over")
        with freeze_time(fields.Datetime.now() + timedelta(minutes=6)):
            self._work(smtp)
        self.assertDeliveries(notice, ('email', 'sent'))
        self.assertEqual(delivery.message_id, message_id)

    def test_a_server_that_is_down_leaves_everything_queued(self):
        def down():
            raise ConnectionRefusedError
        notice = self._queued()
        for minutes in range(0, 120, 6):
            with freeze_time(fields.Datetime.now() + timedelta(minutes=minutes)):
                self._work(down)
        self.assertDeliveries(notice, ('email', 'queued'))
        self.assertEqual(notice.delivery_ids.attempts, 0)

    def test_broken_off_before_the_dot_is_certain(self):
        notice = self._queued()
        self._work(FakeSmtp(breaks='data'))
        self.assertDeliveries(notice, ('email', 'queued'))

    def test_no_answer_is_unknown_and_a_person_decides(self):
        notice, lost, smtp = self._queued(), FakeSmtp(breaks='answer'), FakeSmtp()
        self._work(lost)
        self.assertDeliveries(notice, ('email', 'unknown'))
        self.assertLetter(notice, state='queued')
        self._work(smtp, times=2)
        self.assertFalse(smtp.mails, "it is not sent again by itself")
        failed = self.env['ar.dunning.notice'].search(self._domain_of('ar_dunning.ar_dunning_failed_action'))
        self.assertIn(notice, failed)
        with self.assertRaises(AccessError):
            notice.delivery_ids.with_user(self._user('viewer')).action_arrived()
        notice.with_user(self.collector).action_send_again()
        self._work(smtp)
        self.assertDeliveries(notice, ('email', 'cancelled'), ('email', 'sent'))

    def _domain_of(self, xmlid):
        return safe_eval(self.env.ref(xmlid).domain)

    def test_unknown_that_arrived(self):
        notice = self._queued()
        self._work(FakeSmtp(breaks='answer'))
        notice.with_user(self.collector).action_arrived()
        self.assertLetter(notice, state='sent')
        self.assertTrue(notice.line_ids.told_on)
        with self.assertRaises(UserError):
            notice.delivery_ids.with_user(self.collector).action_arrived()

    def test_a_worker_that_died_leaves_unknown(self):
        notice = self._queued()
        notice.delivery_ids.sudo().state = 'sending'
        self._work(FakeSmtp())
        self.assertDeliveries(notice, ('email', 'unknown'))

    def test_a_letter_that_cannot_be_made_does_not_stop_the_others(self):
        other = self.env['res.partner'].create({'name': "Other", 'is_company': True, 'email': 'o@example.com'})
        self._invoice(70, due='2024-05-01', partner_id=other.id)
        self._invoice(100, due='2024-05-01')
        run = self._run('2024-06-30', self.collector)
        run.action_approve()
        run.action_send()
        broken = run.notice_ids.filtered(lambda notice: notice.partner_id == self.customer)
        make = self.registry['ar.dunning.notice']._letter_mail

        def letter(notice):
            if notice == broken:
                raise ZeroDivisionError
            return make(notice)
        with patch.object(self.registry['ar.dunning.notice'], '_letter_mail', letter), self.assertLogs(
                'odoo.addons.ar_dunning.models.sending.ar_dunning_delivery_queue', 'ERROR'):
            self._work(FakeSmtp())
        self.assertDeliveries(broken, ('email', 'queued'))
        self.assertLetter(run.notice_ids - broken, state='sent')


@tagged('post_install', '-at_install')
class TestSendingChannels(SendingCommon):

    def setUp(self):
        super().setUp()
        page, out = PdfWriter(), io.BytesIO()
        page.add_blank_page(100, 100)
        page.write(out)
        self.startPatcher(patch.object(self.registry['ar.dunning.notice'], '_letter_pdf', lambda notice: ("DL.pdf", out.getvalue())))

    def test_each_channel_that_fails_gives_way_to_the_next(self):
        self._channels('email', 'sms', 'portal', 'letter')
        self.customer.write({'email': False, 'phone': False})
        notice = self._queued()
        self._work()
        self.assertDeliveries(notice, ('email', 'failed'), ('sms', 'failed'), ('portal', 'failed'), ('letter', 'waiting'))
        self.assertEqual(notice.delivery_ids.sorted('id').mapped('error')[0], "Hua has no e-mail address")

    def test_none_left_is_on_the_list_and_can_be_tried_again(self):
        self._channels('email', 'letter')
        self.customer.write({'email': 'not an address', 'street': False})
        notice = self._queued()
        self._work()
        self.assertLetter(notice, state='failed', note="The postal address of Hua is not complete")
        self.assertTrue(notice.line_ids.claimed)
        self.assertFalse(notice.line_ids.told_on)
        self.customer.email = 'hua@example.com'
        notice.with_user(self.collector).action_retry()
        self._work()
        self.assertLetter(notice, state='sent')

    def test_another_channel_by_hand(self):
        self.customer.email = False
        notice = self._queued()
        self._work()
        notice.with_user(self.collector).action_retry_letter()
        self._work()
        self.assertDeliveries(notice, ('email', 'failed'), ('letter', 'waiting'))

    def test_a_blacklisted_address(self):
        self._channels('email', 'letter')
        self.env['mail.blacklist'].create({'email': 'hua@example.com'})
        notice = self._queued()
        self._work()
        self.assertDeliveries(notice, ('email', 'failed'), ('letter', 'waiting'))

    def test_a_refused_recipient(self):
        self._channels('email', 'letter')
        notice = self._queued()
        self._work(FakeSmtp(recipient=(550, b'no such user')))
        self.assertDeliveries(notice, ('email', 'failed'), ('letter', 'waiting'))
        self.assertIn("no such user", notice.delivery_ids.sorted('id')[0].error)

    def test_a_bounce_takes_the_next_channel(self):
        self._channels('email', 'letter')
        notice = self._queued()
        self._work(FakeSmtp())
        delivery = notice.delivery_ids
        for action, state in (('delayed', 'sent'), ('failed', 'bounced')):
            self.env['mail.thread'].message_process(False, BOUNCE % {
                'action': action, 'address': 'hua@example.com', 'message_id': delivery.message_id})
            self.assertEqual(delivery.state, state, action)
        self._work()
        self.assertDeliveries(notice, ('email', 'bounced'), ('letter', 'waiting'))
        self.assertLetter(notice, state='queued')
        batch = notice.delivery_ids.batch_id.with_user(self.collector)
        batch.action_print()
        batch.action_posted()
        self.assertLetter(notice, state='sent')

    def test_a_bounced_address_is_not_used_again_by_itself(self):
        notice = self._queued()
        self._work(FakeSmtp())
        notice.delivery_ids.sudo()._bounced("back")
        self.assertLetter(notice, state='failed', note="back")
        self.assertFalse(notice.line_ids.told_on)
        smtp = FakeSmtp()
        other = self.env['ar.dunning.delivery'].sudo().create({
            'notice_id': notice.id, 'company_id': notice.company_id.id, 'channel': 'email', 'contact_id': self.customer.id})
        self.assertIn("came back", other._obstacle_email())
        other.unlink()
        notice.with_user(self.collector).action_retry()
        self._work(smtp)
        self.assertEqual(len(smtp.mails), 1, "by hand it is")

    def test_letters_are_printed_and_posted_together(self):
        self._channels('letter')
        notice = self._queued()
        self._work()
        self.assertDeliveries(notice, ('letter', 'waiting'))
        self.assertLetter(notice, state='queued')
        batch = notice.delivery_ids.batch_id.with_user(self.collector)
        with self.assertRaises(UserError):
            batch.action_posted()
        batch.action_print()
        self.assertEqual((batch.state, batch.letter_count), ('printed', 1))
        self.assertTrue(batch.document_id.raw.startswith(b'%PDF'))
        batch.action_posted()
        self.assertLetter(notice, state='sent')

    def test_what_was_paid_is_not_printed(self):
        self._channels('letter')
        notice = self._queued()
        self._work()
        self._pay(notice.line_ids.move_id, '2024-06-30')
        with self.assertRaises(UserError):
            notice.delivery_ids.batch_id.with_user(self.collector).action_print()

    def test_a_call_counts_once_it_is_logged(self):
        self._channels('phone')
        self.stage.call_script = "<p>Ask for a date</p>"
        notice = self._queued()
        self._work()
        activity = notice.activity_ids
        self.assertEqual((activity.user_id, notice.state), (self.collector, 'queued'))
        self.assertIn("Ask for a date", activity.note)
        activity.with_user(self.collector).action_feedback(feedback="Pays on Friday")
        self.assertLetter(notice, state='sent')
        self.assertIn("Pays on Friday", notice.delivery_ids.error)

    def test_a_call_that_is_cancelled_tells_nobody(self):
        self._channels('phone', 'letter')
        notice = self._queued()
        self._work()
        notice.activity_ids.unlink()
        self._work()
        self.assertDeliveries(notice, ('phone', 'failed'), ('letter', 'waiting'))

    def test_an_sms_is_what_the_provider_says(self):
        self._channels('sms', 'letter')
        self.stage.sms_text = "Letter {number}: {amount} overdue"
        notice = self._queued()
        self._work()
        delivery = notice.delivery_ids
        sms = self.env['sms.sms'].search([('mail_message_id', '=', delivery.mail_message_id.id)])
        self.assertEqual((delivery.state, sms.state, sms.number.replace(' ', '')), ('waiting', 'outgoing', '+33612345678'))
        self.assertIn(f"Letter {notice.name}: $", sms.body)
        sms.action_set_error('sms_credit')
        self._work()
        self.assertDeliveries(notice, ('sms', 'failed'), ('letter', 'waiting'))

    def test_the_portal_needs_somebody_who_looks(self):
        self._channels('portal')
        user = self.env['res.users'].with_context(no_reset_password=True).create({
            'name': "Li", 'login': 'li', 'partner_id': self.contact.id, 'group_ids': [Command.set([self.env.ref('base.group_portal').id])]})
        notice = self._queued()
        self._work()
        self.assertLetter(notice, state='sent')
        self.assertEqual(notice.delivery_ids.contact_id, user.partner_id)
        self.assertIn(f'/my/receivables/letters/{notice.id}', notice.delivery_ids.address)

    def test_a_legal_stage_is_not_mailed(self):
        self._channels('email', 'letter')
        self.stage.is_legal = True
        notice = self._queued()
        self._work()
        self.assertDeliveries(notice, ('letter', 'waiting'))
