from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from odoo.addons.ar_dunning.tests.common import DunningCommon


@tagged('post_install', '-at_install')
class TestContactLog(DunningCommon):
    def _log(self, **values):
        return (
            self.env['ar.contact.log']
            .with_user(self.collector)
            .create({'credit_account_id': self.account.id, **values})
        )

    def test_next_action_is_an_activity_that_the_next_contact_settles(self):
        day = fields.Date.context_today(self.env.user) + timedelta(days=3)
        self._log(outcome='will_check', next_action="Call again", next_date=day)
        activity = self.account.activity_ids
        self.assertRecordValues(
            activity, [{'summary': "Call again", 'date_deadline': day, 'user_id': self.collector.id}]
        )
        self._log(outcome='reached')
        self.assertFalse(self.account.activity_ids)
        self.assertFalse(activity.active)

    def test_next_action_needs_its_day(self):
        with self.assertRaisesRegex(UserError, "Call again"):
            self._log(next_action="Call again")

    def test_a_call_is_the_call_that_a_stage_waits_for(self):
        self.plan.stage_ids.channel_ids.channel = 'phone'
        self.customer.phone = "+31 10 555 0120"
        self._invoice(1000)
        letter = self._run('2024-01-15', self.controller).notice_ids
        letter.action_approve()
        letter._queue()
        letter.delivery_ids.sudo()._deliver()
        self.assertEqual(letter.delivery_ids.state, 'waiting')
        self._log(outcome='not_reached')
        self.assertEqual(letter.state, 'queued')
        self._log(outcome='promised')
        self.assertEqual((letter.state, letter.delivery_ids.state), ('sent', 'sent'))
        effect = self.env['ar.dunning.effect'].search([('credit_account_id', '=', self.account.id)])
        self.assertEqual(effect.channel, 'phone')

    def _overdue_invoice(self, amount, days=40):
        due = fields.Date.context_today(self.env.user) - timedelta(days=days)
        return self._invoice(amount, day=due - timedelta(days=30), due=due)

    def test_one_button_saves_call_and_promise(self):
        self._overdue_invoice(1000, 50)
        self._overdue_invoice(500, 20)
        day = fields.Date.context_today(self.env.user) + timedelta(days=5)
        with Form(
            self.env['ar.contact.log']
            .with_user(self.collector)
            .with_context(default_credit_account_id=self.account.id),
            view='ar_collection.ar_contact_log_view_form_quick',
        ) as form:
            form.outcome = 'promised'
            self.assertEqual(form.promised_amount, 1500, "proposed: all that is overdue")
            form.promised_on = day
            form.promised_amount = 700
        promise = self.env['ar.promise'].search([('credit_account_id', '=', self.account.id)])
        self.assertRecordValues(promise.line_ids, [{'date': day, 'amount': 700}])
        self.assertEqual(promise.covered_amount, 1000, "the oldest item that it covers")
        self.assertEqual(promise.create_uid, self.collector)

    def test_a_promise_without_a_day_is_a_remark(self):
        self._overdue_invoice(1000)
        self._log(outcome='promised')
        self.assertFalse(self.env['ar.promise'].search([('credit_account_id', '=', self.account.id)]))

    def test_more_than_is_overdue_is_not_promised(self):
        self._overdue_invoice(100)
        day = fields.Date.context_today(self.env.user) + timedelta(days=5)
        with self.assertRaises(UserError), self.cr.savepoint():
            self._log(outcome='promised', promised_on=day, promised_amount=700)
        self.assertFalse(self.account.contact_log_ids)

    def test_one_button_saves_call_and_dispute(self):
        oldest = self._overdue_invoice(1000, 50)
        self._overdue_invoice(500, 20)
        with Form(
            self.env['ar.contact.log']
            .with_user(self.collector)
            .with_context(default_credit_account_id=self.account.id),
            view='ar_collection.ar_contact_log_view_form_quick',
        ) as form:
            form.outcome = 'disputes'
            self.assertEqual((form.disputed_move_id, form.disputed_amount), (oldest, 1000))
            form.disputed_reason = 'quality'
            form.disputed_amount = 300
            form.text = "Two pumps came broken"
        dispute = self.env['ar.dispute'].search([('move_id', '=', oldest.id)])
        self.assertRecordValues(
            dispute,
            [
                {
                    'amount': 300,
                    'reason': 'quality',
                    'description': "Two pumps came broken",
                    'channel': 'phone',
                    'state': 'open',
                }
            ],
        )

    def test_an_invoice_of_another_customer_is_not_disputed(self):
        other = self._invoice(100, partner_id=self.env['res.partner'].create({'name': "Other"}).id)
        with self.assertRaisesRegex(UserError, "no invoice of"):
            self._log(outcome='disputes', disputed_move_id=other.id)

    def test_kept_as_history(self):
        log = self._log()
        with self.assertRaises(UserError):
            log.sudo().unlink()
        with self.assertRaises(AccessError):
            log.unlink()

    def test_sellers_see_their_own_customers_only(self):
        invoice = self._invoice(100, invoice_user_id=self.env.user.id)
        log = self._log()
        seller = new_test_user(
            self.env,
            'collection_seller',
            groups='base.group_user,ar_base.group_viewer',
            company_id=self.env.company.id,
        )
        Log, Event = (
            self.env['ar.contact.log'].with_user(seller),
            self.env['ar.collection.event'].with_user(seller),
        )
        self.assertFalse(
            Log.search([('id', '=', log.id)]) or Event.search([('credit_account_id', '=', self.account.id)])
        )
        self.customer.user_id = seller  # who may write contacts names anybody there
        self.assertFalse(Log.search([('id', '=', log.id)]))
        invoice.invoice_user_id = seller
        self.assertTrue(
            Log.search([('id', '=', log.id)]) and Event.search([('credit_account_id', '=', self.account.id)])
        )
        with self.assertRaises(AccessError):
            Log.create({'credit_account_id': self.account.id})
        with self.assertRaises(AccessError):
            self.env['ar.collection.worklist'].with_user(seller).search([])

    def test_one_time_line(self):
        move = self._invoice(1000, due='2024-01-10')
        self._tell('2024-01-15')
        self._log(outcome='promised', text="Next week", date='2024-01-16 10:00:00')
        self.env['ar.dispute'].create(
            {'move_id': move.id, 'amount': 50, 'opened_on': '2024-01-17', 'reason': 'price'}
        )
        self._pay(move, '2024-01-20', 300)
        events = self.account.with_user(self.collector).event_ids
        self.assertEqual(events.mapped('kind'), ['receipt', 'dispute', 'contact', 'letter'])
        self.assertEqual(events.mapped('amount'), [300, 50, 0, 1000])
        self.assertIn("Next week", events[2].summary)
        self.assertIn("Test 1", events[3].summary)
        self.assertEqual(events[3].action_open_record()['res_model'], 'ar.dunning.notice')
        self.assertEqual(len(set(events.ids)), 4)
