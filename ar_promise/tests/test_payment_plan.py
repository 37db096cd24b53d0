from datetime import date

from odoo.exceptions import UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .common import PromiseCommon

SIGNATURE = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='


@tagged('post_install', '-at_install')
@freeze_time('2024-03-01')
class TestPaymentPlan(PromiseCommon):
    """Payment plans drawn up by a collector and accepted by the customer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.ar_plan_grace_days = 2

    def _active(self, moves, *rows, **values):
        plan = self._plan(moves, *rows, **values)
        plan.action_offer()
        plan.sudo()._accept("Li Hua", SIGNATURE, '10.0.0.7')
        return plan

    def test_offer_accept_and_the_pause(self):
        one, two = self._invoice(100), self._invoice(50)
        plan = self._plan(one | two, instalments=3, first_date='2024-03-15')
        plan.action_schedule()
        self.assertEqual(plan.line_ids.mapped('amount'), [50, 50, 50])
        self.assertEqual(
            plan.line_ids.mapped('date'), [date(2024, 3, 15), date(2024, 4, 15), date(2024, 5, 15)]
        )
        plan.action_offer()
        self.assertFalse(self._covered(one, '2024-03-01'), "an offer pauses nothing")
        self.assertTrue(self._mailed_link(plan))
        self.assertIn("3 instalments", ' '.join(self._mails()[-1].split()))
        plan.sudo()._accept("Li Hua", SIGNATURE, '10.0.0.7')
        self.assertRecordValues(
            plan,
            [
                {
                    'state': 'active',
                    'accepted_on': date(2024, 3, 1),
                    'signed_by': "Li Hua",
                    'signed_ip': '10.0.0.7',
                    'next_date': date(2024, 3, 17),
                    'ends_on': date(2024, 5, 17),
                }
            ],
        )
        self.assertEqual(
            self.env['ar.journal']._verify_records(plan.company_id), [], "the entry names the copy"
        )
        self.assertTrue(plan.signature)
        self.assertEqual(
            self._covered(one | two, '2024-03-17'),
            dict.fromkeys(one | two, ('payment_plan', date(2024, 3, 17))),
        )
        self.assertEqual(
            (one | two).line_ids.mapped('date_maturity').count(date(2024, 1, 10)), 2, "they go on aging"
        )
        self.assertTrue(
            self.env['ir.attachment'].search_count([('res_model', '=', plan._name), ('res_id', '=', plan.id)])
        )

    def test_completed(self):
        move = self._invoice(100)
        plan = self._active(move, ('2024-03-10', 40), ('2024-04-10', 60))
        with freeze_time('2024-03-12'):
            self._pay(move, '2024-03-12', 40)
        self.assertRecordValues(
            plan, [{'state': 'active', 'received': 40, 'next_date': date(2024, 4, 12), 'late_amount': 0}]
        )
        with freeze_time('2024-04-01'):
            self._pay(move, '2024-04-01')
        self.assertRecordValues(
            plan, [{'state': 'completed', 'received': 100, 'closed_on': date(2024, 4, 1)}]
        )
        self.assertEqual(plan.line_ids.mapped('state'), ['paid', 'paid'])

    def test_one_missed_instalment_revokes(self):
        move = self._invoice(100)
        plan = self._active(move, ('2024-03-10', 40), ('2024-04-10', 60))
        self._follow('2024-03-12')
        self.assertEqual(plan.state, 'active')
        self._follow('2024-03-13')
        self._follow('2024-03-14')
        self.assertRecordValues(
            plan, [{'state': 'defaulted', 'closed_on': date(2024, 3, 13), 'late_amount': 40}]
        )
        self.assertEqual(self._broken(move, '2024-03-13'), {move: date(2024, 3, 13)})
        self.assertFalse(self._covered(move, '2024-03-13'))
        self.assertEqual(plan.activity_ids.user_id, self.collector)
        self.assertEqual(self.account.plans_defaulted, 1)
        with freeze_time('2024-03-20'):
            self._pay(move, '2024-03-20', 40)
        self.assertEqual((plan.state, plan.received), ('defaulted', 0))

    def test_missed_where_it_does_not_revoke(self):
        move = self._invoice(100)
        plan = self._active(move, ('2024-03-10', 40), ('2024-04-10', 60), revoke_on_missed=False)
        with self.assertRaisesRegex(UserError, "has missed no instalment"):
            plan.action_revoke("x")
        self._follow('2024-03-13')
        self.assertRecordValues(plan, [{'state': 'active', 'late_amount': 40}])
        self.assertEqual(len(plan.activity_ids), 1)
        self.assertEqual(self._covered(move, '2024-03-20'), {move: ('payment_plan', date(2024, 4, 12))})
        with freeze_time('2024-03-20'):
            self._pay(move, '2024-03-20', 40)
        self.assertRecordValues(plan, [{'state': 'active', 'late_amount': 0, 'received': 40}])
        self._follow('2024-04-13')
        self.assertRecordValues(plan, [{'state': 'defaulted', 'closed_on': date(2024, 4, 13)}])

    def test_revoked_by_hand_stays_revoked(self):
        move = self._invoice(100)
        plan = self._active(move, ('2024-03-10', 40), ('2024-04-10', 60), revoke_on_missed=False)
        with freeze_time('2024-03-15'):
            self._follow('2024-03-15')
            plan.action_revoke("No answer")
            self._follow('2024-03-15')
        self.assertRecordValues(
            plan, [{'state': 'defaulted', 'cancel_reason': "No answer", 'closed_on': date(2024, 3, 15)}]
        )
        self.assertEqual(self._broken(move, '2024-03-15'), {move: date(2024, 3, 15)})

    def test_takes_the_place_of_a_promise(self):
        move = self._invoice(100)
        promise = self._promise(move, ('2024-03-10', 100))
        plan = self._active(move, ('2024-03-10', 40), ('2024-04-10', 60))
        self.assertEqual((plan.state, promise.state), ('active', 'cancelled'))
        self.assertIn(plan.name, promise.cancel_reason)
        with self.assertRaisesRegex(UserError, f"already covered by {plan.name}"):
            self._promise(move, ('2024-03-10', 100))
        with self.assertRaisesRegex(UserError, f"already covered by {plan.name}"):
            self._plan(move, ('2024-03-10', 100)).action_offer()

    def test_offer_is_kept_as_it_was(self):
        plan = self._plan(self._invoice(100), ('2024-03-10', 100))
        plan.action_offer()
        for change in (
            lambda: plan.line_ids.write({'amount': 50}),
            lambda: plan.write({'terms': "<p>x</p>"}),
            lambda: plan.write({'state': 'active'}),
            lambda: plan.sudo().write({'signed_on': '2024-03-01 10:00:00', 'signed_ip': "10.0.0.7"}),
            lambda: plan.line_ids.write({'received': 50}),
            plan.sudo().line_ids.unlink,
            plan.item_ids.unlink,
            plan.sudo().unlink,
        ):
            with self.assertRaises(UserError), self.cr.savepoint():
                change()
        self._mails()
        old = plan._links()
        plan.action_take_back()
        plan.line_ids.write({'date': '2024-03-12'})
        plan.action_offer()
        self._mails()
        self.assertEqual(old.state, 'revoked', "the old link no longer works")
        self.assertEqual((plan._links() - old).state, 'valid')

    def test_the_mail_alone_holds_the_link(self):
        plan = self._plan(self._invoice(100), ('2024-03-10', 100), valid_until='2024-05-01')
        plan.message_subscribe(self._user('viewer').partner_id.ids)
        plan.action_offer()
        token = self._mailed_link(plan).split('=')[1]
        [mail] = self.mailed
        self.assertEqual(mail['To'], f'Li <{self.contact.email}>', "no colleague gets the customer's link")
        self.assertIn("View and sign", self._mails()[0])
        self.assertIn("You may pay", plan.message_ids[0].body)
        for record in (plan, plan.message_ids, plan._links(), self.env['ar.delivery']._of(plan)):
            for values in record.sudo().read(load=None):
                self.assertFalse([name for name, value in values.items() if token in str(value)])
        self.assertFalse(self.env['mail.message'].sudo().search([('body', 'like', 'access_token=')]))
        link = plan._links()
        self.assertEqual((link.partner_id, link.purpose), (self.contact, 'sign'))
        self.assertEqual(link.expires_on.date(), date(2024, 5, 2), "good while the offer is open")

    def test_an_offer_leaves_once_and_says_if_it_does_not(self):
        plan = self._plan(self._invoice(100), ('2024-03-10', 100))
        plan.action_offer()
        self.assertFalse(plan._links(), "no link before the mail")
        self.assertEqual(len(self._mails()), 1)
        self.assertEqual(len(self._mails()), 1)
        other = self._plan(self._invoice(50), ('2024-03-10', 50))
        other.action_offer()
        other.action_take_back()
        self.assertEqual(len(self._mails()), 1, "what was taken back before it left does not leave")
        other.action_offer()
        self.contact.email = 'not an address'
        self.assertEqual(len(self._mails()), 1)
        self.assertEqual(self.env['ar.delivery']._of(other)[0].state, 'failed')
        self.assertIn("did not reach", other.message_ids[0].body)
        self.assertIn(self.collector.partner_id, other.message_ids[0].notified_partner_ids)

    def test_a_message_to_the_contact_has_its_own_link(self):
        plan = self._plan(self._invoice(100), ('2024-03-10', 100))
        plan.message_post(body="Soon", partner_ids=self.contact.ids, subtype_xmlid='mail.mt_comment')
        self.assertFalse(plan._links(), "nothing to open yet")
        plan.action_offer()
        self._mails()
        plan.message_post(body="Please look", partner_ids=self.contact.ids, subtype_xmlid='mail.mt_comment')
        plan.message_post(body="Psst", partner_ids=self.collector.partner_id.ids)
        self.assertEqual(plan._links().mapped('state'), ['valid', 'valid'])

    def test_refused(self):
        move = self._invoice(100)
        for rows, error in (
            ([('2024-03-10', 40)], "the instalments sum to"),
            ([('2024-02-10', 100)], "before today"),
            ([], "at least one amount"),
        ):
            with self.subTest(error), self.assertRaisesRegex(ValidationError, error), self.cr.savepoint():
                self._plan(move, *rows).action_offer()
        with self.assertRaisesRegex(UserError, "cannot be split"):
            self._plan(move, down_payment=100).action_schedule()
        plan = self._plan(move, ('2024-03-20', 100), valid_until='2024-03-05')
        with self.assertRaisesRegex(UserError, "no longer open"):
            plan._accept("Li")
        plan.action_offer()
        with self.assertRaisesRegex(UserError, "name of the person signing"):
            plan._accept(" ")
        with freeze_time('2024-03-06'), self.assertRaisesRegex(UserError, "no longer open"):
            plan._accept("Li")
        with self.assertRaisesRegex(UserError, "Attach the signed payment plan"):
            plan.action_accept_paper()
        self._pay(move, '2024-03-01', 10)
        with self.assertRaisesRegex(UserError, "Ask .* for a new offer"):
            plan._accept("Li")

    def test_accepted_twice(self):
        plan = self._active(self._invoice(100), ('2024-03-10', 100))
        with self.assertRaisesRegex(UserError, "no longer open"):
            plan.sudo()._accept("Li", SIGNATURE)

    def test_accepted_on_paper(self):
        plan = self._plan(self._invoice(100), ('2024-03-10', 100))
        plan.action_offer()
        plan.write({'signed_document': SIGNATURE, 'signed_by': "Li"})
        plan.action_accept_paper()
        self.assertRecordValues(plan, [{'state': 'active', 'signed_by': "Li"}])

    def test_cancelled_by_consent_is_not_broken(self):
        move = self._invoice(100)
        plan = self._active(move, ('2024-03-10', 100))
        with freeze_time('2024-03-05'):
            plan.action_cancel("Paid by the parent company")
        self._follow('2024-03-20')
        self.assertEqual(plan.state, 'cancelled')
        self.assertFalse(self._broken(move, '2024-03-20'))
        self.assertFalse(self._covered(move, '2024-03-05'))

    def test_document_in_the_customers_language(self):
        plan = self._plan(
            self._invoice(100), ('2024-03-10', 100), interest_clause="No interest while on time"
        )
        html = str(
            self.env['ir.actions.report']._render_qweb_html('ar_promise.payment_plan_document', plan.ids)[0]
        )
        for text in (
            plan.name,
            "No interest while on time",
            "The invoices keep their due dates",
            "within <span>2</span> days",
        ):
            self.assertIn(text, html)

    # === From the amount of the approval matrix on ===

    def _matrix(self, *people, amount=500):
        values = {'kind': 'plan', 'min_amount': amount, 'company_id': self.company.id}
        return self.env['ar.approval.rule'].create({**values, 'user_ids': [(6, 0, [p.id for p in people])]})

    def test_a_large_plan_is_offered_by_a_second_person(self):
        controller, other = self._user('controller'), self._user('plancontroller', 'ar_base.group_controller')
        self._matrix(controller)
        small = self._plan(self._invoice(100), ('2024-03-10', 100))
        self.assertIs(small.action_offer(), True)
        plan = self._plan(self._invoice(900), ('2024-03-10', 900))
        for user in (self.collector, other, self.collector):
            said = plan.with_user(user).action_offer()
            self.assertIn(controller.name, said['params']['message'])
            self.assertEqual(plan.state, 'draft')
        self.assertEqual(plan.activity_ids.user_id, controller, "asked once, whatever is pressed")
        plan.with_user(controller).action_offer()
        self.assertEqual(plan.state, 'offered')
        self.assertFalse(plan.activity_ids)

    def test_who_changed_a_large_plan_does_not_offer_it(self):
        controller = self._user('controller')
        self._matrix(controller)
        plan = self._plan(self._invoice(900), ('2024-03-10', 900))
        plan.with_user(controller).line_ids.date = '2024-03-20'
        plan.with_user(controller).interest_clause = "None"
        said = plan.with_user(controller).action_offer()
        self.assertEqual(plan.state, 'draft')
        self.assertIn("Nobody can decide", said['params']['message'])
        self.company.ar_four_eyes = False
        self.assertIn("One person", plan.one_person)
        plan.with_user(controller).action_offer()
        self.assertEqual(plan.state, 'offered')
