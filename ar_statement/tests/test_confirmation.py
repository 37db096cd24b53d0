import base64
from datetime import timedelta
from unittest.mock import patch

import psycopg2

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import CustomerCommon
from odoo.addons.base.models.ir_mail_server import IrMail_Server

PIXEL = b'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
AS_OF = '2024-02-29'


@tagged('post_install', '-at_install')
class TestConfirmation(CustomerCommon):
    """Letters keep what they say; answers keep who gave them; objections become disputes."""

    def setUp(self):
        super().setUp()
        self.invoice = self._invoice(100, due='2024-01-20')
        self.other_invoice = self._invoice(40, due='2024-02-20', currency=self.eur)

    def _sent(self, **values):
        return self._confirmation(as_of=AS_OF, **values)

    def _line(self, confirmation, move=None):
        return confirmation.line_ids.filtered(lambda line: line.move_id == (move or self.invoice))

    def test_frozen_whatever_the_books_do(self):
        payment = self._pay(self.invoice, '2024-02-10', 30)
        confirmation = self._sent()
        self.assertRecordValues(confirmation, [{'state': 'sent', 'balance': 150}])  # 70 + 40 EUR at 0.5
        shown = [(line.document, line.amount, line.residual) for line in confirmation.line_ids]
        self.assertEqual(self._line(confirmation).amount, 70)
        payment.move_id.line_ids.remove_move_reconcile()
        payment.action_draft()
        payment.action_cancel()
        self._pay(self.other_invoice, '2024-02-15')
        self.env.invalidate_all()
        self.assertEqual(
            [(line.document, line.amount, line.residual) for line in confirmation.line_ids], shown
        )
        self.assertEqual(confirmation.balance, 150)
        for change in ({'amount': 1}, {'document': 'x'}, {'residual': 1}, {'currency_id': self.eur.id}):
            with self.assertRaisesRegex(UserError, "has been sent"):
                self._line(confirmation).write(change)
        for change in ({'as_of': '2024-03-31'}, {'state': 'draft'}, {'balance': 1}, {'letter_id': False}):
            with self.assertRaisesRegex(UserError, "cannot be changed"):
                confirmation.sudo().write(change)
        with self.assertRaisesRegex(UserError, "audit evidence"):
            confirmation.unlink()
        with self.assertRaisesRegex(UserError, "can no longer be changed"):
            self._line(confirmation).unlink()

    def test_a_recipient_who_is_named_leaves_the_credit_file_to_be_found(self):
        account = self.env['ar.credit.account']._for_partner(self.customer, self.env.company)
        confirmation = self._sent(recipient_id=self.customer.id)
        self.assertEqual(confirmation.credit_account_id, account)
        self.assertEqual(confirmation.recipient_id, self.customer)
        confirmation._answer("Li Ming")
        self.assertEqual(confirmation.state, 'confirmed')

    def test_numbered_without_gap_and_once(self):
        first, second = self._sent(), self._sent()
        numbers = [int(c.name.split('/')[-1]) for c in (first, second)]
        self.assertEqual(numbers[1], numbers[0] + 1)
        with self.assertRaisesRegex(UserError, "already been sent"):
            first.action_send()
        with (
            self.assertRaises(psycopg2.errors.UniqueViolation),
            mute_logger('odoo.sql_db'),
            self.env.cr.savepoint(),
        ):
            self.env.cr.execute(
                "UPDATE ar_balance_confirmation SET name = %s WHERE id = %s", [first.name, second.id]
            )

    def test_confirmed(self):
        confirmation = self._sent()
        confirmation.sudo()._answer("Li Wei", PIXEL, reply_channel='portal', reply_ip='10.0.0.7')
        self.assertRecordValues(
            confirmation,
            [
                {
                    'state': 'confirmed',
                    'replied_by': "Li Wei",
                    'reply_ip': '10.0.0.7',
                    'confirmed': 180,
                    'difference': 0,
                }
            ],
        )
        self.assertTrue(confirmation.replied_on and confirmation.signature)
        self.assertEqual(set(confirmation.line_ids.mapped('answer')), {'agreed'})
        for change in (
            {'replied_by': "Somebody"},
            {'reply_ip': '1.1.1.1'},
            {'signature': False},
            {'replied_on': fields.Datetime.now()},
        ):
            with self.assertRaisesRegex(UserError, "evidence"):
                confirmation.sudo().write(change)
        with self.assertRaisesRegex(UserError, "answered or withdrawn"):
            confirmation.sudo()._answer("Li Wei", PIXEL)
        with self.assertRaisesRegex(UserError, "is not waiting for an answer"):
            self._line(confirmation).sudo()._object('price')
        with self.assertRaisesRegex(UserError, "cannot be cancelled"):
            confirmation.action_cancel()

    def test_objection_opens_a_dispute(self):
        confirmation = self._sent()
        self._line(confirmation).sudo()._object('quantity', 60, "Two were missing", [('slip.txt', b'x')])
        confirmation.sudo()._answer("Li Wei", PIXEL)
        line = self._line(confirmation)
        self.assertRecordValues(line, [{'answer': 'objected', 'difference': 40, 'difference_company': 40}])
        self.assertRecordValues(
            line.dispute_id,
            [
                {
                    'move_id': self.invoice.id,
                    'amount': 40,
                    'reason': 'quantity',
                    'description': "Two were missing",
                    'state': 'open',
                    'owner_id': self.accountant.id,
                }
            ],
        )
        self.assertRecordValues(confirmation, [{'state': 'objected', 'confirmed': 140, 'difference': 40}])
        self.assertEqual(line.attachment_ids.raw, b'x')
        (item,) = (
            self.env['ar.open.item']._of_customer(self.customer).filtered(lambda i: i.move_id == self.invoice)
        )
        self.assertEqual(item.disputed, 40)

    def test_objection_in_a_foreign_currency(self):
        confirmation = self._sent()
        self._line(confirmation, self.other_invoice).sudo()._object('price', 10)
        confirmation.sudo()._answer("Li Wei", PIXEL)
        line = self._line(confirmation, self.other_invoice)
        self.assertEqual((line.difference, line.difference_company), (30, 60))
        self.assertEqual((line.dispute_id.amount, line.dispute_id.currency_id), (30, self.eur))

    def test_what_is_no_invoice_becomes_a_task(self):
        confirmation = self._sent()
        missing = (
            self.env['ar.balance.confirmation.line']
            .sudo()
            ._create_with_facts(
                [
                    {
                        'confirmation_id': confirmation.id,
                        'is_missing': True,
                        'document': "Credit 9",
                        'currency_id': self.env.company.currency_id.id,
                    }
                ]
            )
        )
        missing._object('other', -20, "You promised it")
        confirmation.sudo()._answer("Li Wei", PIXEL)
        self.assertEqual((missing.difference, confirmation.difference), (20, 20))
        self.assertFalse(missing.dispute_id)
        self.assertIn("Credit 9", confirmation.activity_ids.summary)

    def test_reply_on_paper(self):
        confirmation = self._sent(channel='letter')
        values = {
            'confirmation_id': confirmation.id,
            'replied_by': "Zhang",
            'scan': base64.b64encode(b'%PDF scan'),
            'scan_name': 'reply.pdf',
        }
        Wizard = self.env['ar.confirmation.reply'].with_user(self.accountant)
        with self.assertRaisesRegex(UserError, "Mark on"):
            Wizard.create({**values, 'result': 'objected'}).action_apply()
        line = self._line(confirmation).with_user(self.accountant)
        line.write({'answer': 'objected', 'reason': 'delivery'})
        with self.assertRaisesRegex(UserError, "marked as objected"):
            Wizard.create({**values, 'result': 'confirmed'}).action_apply()
        Wizard.create({**values, 'result': 'objected'}).action_apply()
        self.assertRecordValues(
            confirmation, [{'state': 'objected', 'reply_channel': 'paper', 'replied_by': "Zhang"}]
        )
        self.assertEqual(confirmation.scan_id.raw, b'%PDF scan')
        self.assertEqual(line.dispute_id.amount, 100)

    def test_link_expires_and_is_revoked(self):
        confirmation, other, Link = (
            self._sent(),
            self._sent(partner=self.stranger),
            self.env['ar.portal.link'],
        )
        token = self._token(confirmation, days=5)
        self.assertTrue(Link._resolve(confirmation, 'answer', token))
        stored = confirmation._links().mapped('token_hash')
        self.assertNotIn(token, stored)
        for guess in ('', None, token[:-1], token + 'x', stored[0], str(confirmation.id), "' OR '1'='1"):
            self.assertFalse(Link._resolve(confirmation, 'answer', guess), guess)
        self.assertFalse(Link._resolve(other, 'answer', token))
        with freeze_time(fields.Datetime.now() + timedelta(days=5, minutes=1)):
            self.assertFalse(Link._resolve(confirmation, 'answer', token))
        confirmation.action_revoke_links()
        self.assertFalse(Link._resolve(confirmation, 'answer', token))
        self.assertTrue(Link._resolve(confirmation, 'answer', self._token(confirmation)))
        confirmation.action_cancel()
        self.assertFalse(confirmation._links().filtered(lambda link: link.state == 'valid'))

    def test_only_the_mail_holds_the_link(self):
        """The mail has it; the chatter and the messages that the sender may read have not."""
        confirmation = self._sent()
        mail = self.env['ar.delivery']._of(confirmation)
        self.assertIn(confirmation.letter_id, mail.attachment_ids)
        self.assertEqual(len(confirmation._links()), 1)
        self.assertNotIn('access_token', mail.body + ''.join(confirmation.message_ids.mapped('body')))
        readable = (
            self.env['mail.message'].with_user(self.accountant).search([('body', 'like', 'access_token=')])
        )
        self.assertFalse(readable & mail.mail_message_id)

    def test_it_is_sent_once_it_has_left(self):
        """With the mail server down nothing reads sent, and it goes out once, when the server is back."""
        confirmation = (
            self.env['ar.balance.confirmation']
            .with_user(self.accountant)
            .create({'partner_id': self.customer.id})
        )
        confirmation.action_send()

        error = OSError("no route to host")

        def down(servers, **values):
            raise error

        with patch.object(IrMail_Server, '_connect__', down):
            self._run_job('ar_base.ir_cron_deliver')
        self.assertRecordValues(confirmation, [{'state': 'queued', 'sent_on': False, 'last_sent_on': False}])
        delivery = self.env['ar.delivery']._of(confirmation)
        self.assertIn("cannot be reached", delivery.error)
        self.assertFalse(self.env['mail.mail'].sudo().search([('subject', 'like', confirmation.name)]))
        with self.assertRaisesRegex(UserError, "already been sent"):
            confirmation.action_send()
        delivery._record_facts({'next_try': False})
        for _time in range(2):
            self._run_job('ar_base.ir_cron_deliver')
        self.assertRecordValues(confirmation, [{'state': 'sent'}])
        self.assertEqual((delivery.state, delivery.attempts), ('sent', 1))

    def test_no_address_no_mail(self):
        self.customer.email = False
        with self.assertRaisesRegex(UserError, "no valid e-mail"):
            self._sent()
        self.assertEqual(self._sent(channel='letter').state, 'sent')

    def test_reminded_then_called(self):
        confirmation, letter = self._sent(), self._sent(channel='letter')
        self.env.company.write({'ar_reminder_days': 7, 'ar_reminder_max': 2})
        start = confirmation.last_sent_on
        for days, reminders, called in (
            (6, 0, False),
            (7, 1, False),
            (8, 1, False),
            (14, 2, False),
            (21, 2, True),
            (28, 2, True),
        ):
            with self.subTest(days), freeze_time(fields.Datetime.to_datetime(start + timedelta(days=days))):
                self._run_job('ar_statement.ir_cron_confirmation_reminder')
                self._run_job('ar_base.ir_cron_deliver')
                self.assertEqual((confirmation.reminder_count, confirmation.needs_call), (reminders, called))
        self.assertEqual(len(confirmation.activity_ids), 1)
        self.assertEqual((letter.reminder_count, letter.needs_call), (0, True))
        confirmation.sudo()._answer("Li Wei", PIXEL)
        self.assertFalse(confirmation.activity_ids)

    def test_documents(self):
        confirmation = (
            self.env['ar.balance.confirmation']
            .with_context(force_report_rendering=True)
            .browse(self._sent(channel='letter').id)
        )
        confirmation.sudo()._record_facts({'letter_id': False})
        self.assertEqual(confirmation._letter()[:4], b'%PDF')
