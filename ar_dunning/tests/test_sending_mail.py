from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools.safe_eval import safe_eval

from .common_sending import FakeSmtp, SendingCommon


@tagged('post_install', '-at_install')
class TestSendingMail(SendingCommon):
    def test_the_exact_mail_is_kept_and_comes_from_the_collector(self):
        self.stage.attach_letter = True
        notice, smtp = self._queued(), FakeSmtp()
        with patch.object(
            self.registry['ar.dunning.notice'], '_letter_pdf', lambda self: ("DL.pdf", b'%PDF-1.4 letter')
        ):
            self._work(smtp)
        delivery = notice.delivery_ids
        self.assertDeliveries(notice, ('email', 'sent'))
        self.assertLetter(notice, state='sent', sent_on=fields.Date.context_today(notice))
        (mail,) = smtp.mails
        self.assertIn(delivery.message_id.encode(), mail)
        self.assertIn(b'carla@example.org', mail)
        self.assertIn(b'hua@example.com', mail)
        self.assertIn('carla@example.org', delivery.email_from)
        self.assertIn('carla@example.org', delivery.reply_to)
        self.assertEqual(
            (delivery.attachment_ids.raw, delivery.address), (b'%PDF-1.4 letter', 'hua@example.com')
        )
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
        template.with_context(lang='zh_CN').write(
            {'subject': "催款 {{ object.name }}", 'body_html': "<p>请付款</p>"}
        )
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
        self.env['ar.closed.day'].create(
            {
                'name': "Holiday",
                'date_from': '2024-07-01',
                'date_to': '2024-07-02',
                'company_id': self.env.company.id,
            }
        )
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
        self.assertTrue(notice.line_ids.dunned_on)
        with self.assertRaises(UserError):
            notice.delivery_ids.with_user(self.collector).action_arrived()

    def test_a_worker_that_died_leaves_unknown(self):
        notice = self._queued()
        notice.delivery_ids.sudo()._record_facts({'state': 'sending'})
        self._work(FakeSmtp())
        self.assertDeliveries(notice, ('email', 'unknown'))

    def test_a_letter_that_cannot_be_made_does_not_stop_the_others(self):
        other = self.env['res.partner'].create(
            {'name': "Other", 'is_company': True, 'email': 'o@example.com'}
        )
        self._invoice(70, due='2024-05-01', partner_id=other.id)
        self._invoice(100, due='2024-05-01')
        run = self._run('2024-06-30', self.collector)
        run.action_approve()
        run.action_send()
        broken = run.notice_ids.filtered(lambda notice: notice.partner_id == self.customer)
        make = self.registry['ar.dunning.notice']._letter_mail

        def letter(notice, link):
            if notice == broken:
                raise ZeroDivisionError
            return make(notice, link)

        with (
            patch.object(self.registry['ar.dunning.notice'], '_letter_mail', letter),
            self.assertLogs('odoo.addons.ar_base.models.ar_delivery_worker_mixin', 'ERROR'),
        ):
            self._work(FakeSmtp())
        self.assertDeliveries(broken, ('email', 'queued'))
        self.assertLetter(run.notice_ids - broken, state='sent')
