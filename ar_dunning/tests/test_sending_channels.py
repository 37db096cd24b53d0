import io
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools.pdf import PdfWriter

from .common_sending import BOUNCE, FakeSmtp, SendingCommon


@tagged('post_install', '-at_install')
class TestSendingChannels(SendingCommon):
    def setUp(self):
        super().setUp()
        page, out = PdfWriter(), io.BytesIO()
        page.add_blank_page(100, 100)
        page.write(out)
        self.startPatcher(
            patch.object(
                self.registry['ar.dunning.notice'], '_letter_pdf', lambda notice: ("DL.pdf", out.getvalue())
            )
        )

    def test_each_channel_that_fails_gives_way_to_the_next(self):
        self._channels('email', 'sms', 'portal', 'letter')
        self.customer.write({'email': False, 'phone': False})
        notice = self._queued()
        self._work()
        self.assertDeliveries(
            notice, ('email', 'failed'), ('sms', 'failed'), ('portal', 'failed'), ('letter', 'waiting')
        )
        self.assertEqual(notice.delivery_ids.sorted('id').mapped('error')[0], "Hua has no e-mail address")

    def test_none_left_is_on_the_list_and_can_be_tried_again(self):
        self._channels('email', 'letter')
        self.customer.write({'email': 'not an address', 'street': False})
        notice = self._queued()
        self._work()
        self.assertLetter(notice, state='failed', note="The postal address of Hua is not complete")
        self.assertTrue(notice.line_ids.claimed)
        self.assertFalse(notice.line_ids.dunned_on)
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
            self.env['mail.thread'].message_process(
                False,
                BOUNCE % {'action': action, 'address': 'hua@example.com', 'message_id': delivery.message_id},
            )
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
        self.assertFalse(notice.line_ids.dunned_on)
        smtp = FakeSmtp()
        other = (
            self.env['ar.dunning.delivery']
            .sudo()
            ._create_with_facts(
                {
                    'notice_id': notice.id,
                    'company_id': notice.company_id.id,
                    'channel': 'email',
                    'contact_id': self.customer.id,
                }
            )
        )
        self.assertIn("came back", other._obstacle_email())
        other._delete_recorded()
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

    def test_a_cancelled_call_does_not_count(self):
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
        self.assertEqual(
            (delivery.state, sms.state, sms.number.replace(' ', '')), ('waiting', 'outgoing', '+33612345678')
        )
        self.assertIn(f"Letter {notice.name}: $", sms.body)
        sms.action_set_error('sms_credit')
        self._work()
        self.assertDeliveries(notice, ('sms', 'failed'), ('letter', 'waiting'))

    def test_the_portal_needs_a_user(self):
        self._channels('portal')
        user = (
            self.env['res.users']
            .with_context(no_reset_password=True)
            .create(
                {
                    'name': "Li",
                    'login': 'li',
                    'partner_id': self.contact.id,
                    'group_ids': [Command.set([self.env.ref('base.group_portal').id])],
                }
            )
        )
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
