from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, freeze_time, tagged

from .common import AgingCommon


@tagged('post_install', '-at_install')
@freeze_time('2024-03-01')
class TestDispute(AgingCommon):
    """A dispute has an owner and a deadline; a credit note, a correction or a rejection resolves it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.ar_dispute_days = 10
        cls.collector = cls._user('collector')
        cls.contact.email = 'li@example.com'

    def _dispute(self, move, amount=40, **values):
        return (
            self.env['ar.dispute']
            .with_user(self.collector)
            .create({'move_id': move.id, 'amount': amount, 'reason': 'price', 'name': "Price", **values})
        )

    def test_owner_deadline_and_escalation(self):
        dispute = self._dispute(self._invoice(100))
        self.assertEqual(dispute.deadline, date(2024, 3, 11))
        self.assertRecordValues(
            dispute.activity_ids, [{'user_id': self.collector.id, 'date_deadline': date(2024, 3, 11)}]
        )
        other = self._user('other_collector', groups='ar_base.group_collector')
        dispute.owner_id = other
        self.assertEqual(dispute.activity_ids.user_id, other, "the previous owner's task is removed")
        boss = self._user('manager')
        self.env.company.ar_dispute_escalation_id = boss
        cron = self.env.ref('ar_base.ir_cron_dispute')
        with self.enter_registry_test_mode():
            with freeze_time('2024-03-11'):
                cron.method_direct_trigger()
            self.assertFalse(dispute.escalated_on)
            for day in ('2024-03-12', '2024-03-13'):
                with freeze_time(day):
                    cron.method_direct_trigger()
        self.assertEqual(dispute.escalated_on, date(2024, 3, 12))
        self.assertEqual(dispute.activity_ids.user_id, other | boss)
        self.assertEqual(len(dispute.activity_ids), 2, "escalated once")

    def test_undisputed_rest_is_still_dunned(self):
        move = self._invoice(100)
        self._dispute(move, 40)
        item = self._items('2024-03-01').search([('move_id', '=', move.id)])
        self.assertEqual((item.residual, item.disputed), (100, 40))
        self.assertEqual(item._undisputed(), {item.move_line_id: 60})
        self.assertFalse(item._dunning_exclusions(item.ids, date(2024, 3, 1)))

    def test_credit_note_settles_it(self):
        move = self._invoice(100)
        dispute = self._dispute(move, 100)
        action = dispute.with_user(self.env.user).action_credit_note()
        wizard = Form(self.env['account.move.reversal'].with_context(**action['context'])).save()
        self.assertIn("Price", wizard.reason)
        note = self.env['account.move'].browse(wizard.reverse_moves()['res_id'])
        self.assertEqual(note.ar_dispute_id, dispute)
        self.assertEqual(dispute.state, 'open', "a draft settles nothing")
        with freeze_time('2024-03-05'):
            note.invoice_date = '2024-03-05'
            note.action_post()
        self.assertRecordValues(
            dispute,
            [
                {
                    'state': 'accepted',
                    'resolution': 'credit_note',
                    'credited_amount': 100,
                    'closed_on': date(2024, 3, 5),
                    'days_to_resolve': 4,
                }
            ],
        )
        self.assertFalse(dispute.activity_ids)

    def test_credited_in_part_stays_open_for_the_rest(self):
        move = self._invoice(100)
        dispute = self._dispute(move, 100)
        note = self.env['account.move'].create(
            {
                'move_type': 'out_refund',
                'partner_id': self.customer.id,
                'invoice_date': '2024-03-02',
                'ar_dispute_id': dispute.id,
                'reversed_entry_id': move.id,
                'invoice_line_ids': [
                    Command.create({'name': "x", 'price_unit': 30, 'tax_ids': [Command.clear()]})
                ],
            }
        )
        note.action_post()
        self.assertRecordValues(dispute, [{'state': 'open', 'credited_amount': 30}])

    def test_corrected_and_rejected(self):
        one, two = self._dispute(self._invoice(100)), self._dispute(self._invoice(50))
        with self.assertRaisesRegex(UserError, "Write under Outcome"):
            one.action_correct()
        one.outcome = "Delivered again"
        one.action_correct()
        two.outcome = "Signed delivery note attached"
        two.action_reject()
        self.assertEqual([one.resolution, two.resolution], ['corrected', 'rejected'])
        with self.assertRaisesRegex(UserError, "is closed"):
            one.action_credit_note()
        two.action_reopen()
        self.assertRecordValues(two, [{'state': 'open', 'resolution': False}])
        self.assertEqual(len(two.activity_ids), 1)

    def test_the_contact_is_informed(self):
        dispute = self._dispute(self._invoice(100), contact_id=self.contact.id)
        dispute.outcome = "The price was agreed on 3 January"
        dispute.action_reject()
        answer = dispute.message_ids.filtered(lambda message: self.contact in message.partner_ids)
        self.assertIn("Not accepted", dispute._portal_state())
        self.assertIn("The price was agreed on 3 January", answer.body)

    def test_report_in_company_currency(self):
        dispute = self._dispute(self._invoice(100, currency=self.eur), 50)
        self.assertEqual(dispute.amount_company, 100, "at the rate of the invoice, 0.5 euros a dollar")
        self.env['ar.dispute'].with_user(self._user('controller'))._read_group(
            [], ['reason', 'owner_id', 'customer_id'], ['amount_company:sum', 'days_to_resolve:avg']
        )

    def test_viewer_opens_none(self):
        move = self._invoice(100)
        with self.assertRaises(AccessError):
            self._dispute(move).with_user(self._user('viewer')).action_reject()

    def test_who_follows_a_customer_up(self):
        """Who follows up is the customer's collector, else the first collector of the company."""
        account = self.env['ar.credit.account']._for_partner(self.customer, self.env.company)
        account.collector_id = self._user('own_collector', groups='ar_base.group_collector')
        self.assertEqual(account._responsible_collector(), account.collector_id)
        account.collector_id = False
        self.assertIn(
            account._responsible_collector(), self.env.company._ar_people('ar_base.group_collector')
        )
