from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, HttpCase, JsonRpcException, tagged

from .common import CreditCommon


@tagged('post_install', '-at_install')
class TestLine(CreditCommon):
    """What a seller reads of the customer's credit while writing a quotation."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account.credit_limit = 100

    def _form(self, user):
        form = Form(self.env['sale.order'].with_user(user))
        form.partner_id = self.customer
        return form

    def test_as_soon_as_the_customer_is_chosen(self):
        self._invoice(30, overdue=40)
        form = self._form(self.viewer)
        self.assertIn("70.00 of the credit limit", form.credit_line)
        self.assertIn("40 days overdue", form.credit_line)
        self.assertFalse(form.credit_would_hold)

    def test_it_follows_the_total(self):
        form = self._form(self.viewer)
        for price, held in ((100, False), (100.01, True), (60, False)):
            if not len(form.order_line):
                with form.order_line.new() as line:
                    line.product_id = self.product
                    line.price_unit = price
            else:
                with form.order_line.edit(0) as line:
                    line.price_unit = price
            self.assertEqual(form.credit_would_hold, held, price)
        order = form.save()
        self.assertIn("of the credit limit", order.with_user(self.viewer).credit_line)

    def test_it_says_what_confirming_does(self):
        self._invoice(30, overdue=40)
        order = self._order(10, user=self.viewer).with_user(self.viewer)
        self.assertIn("This order would be held: Oldest overdue item", order.credit_line)
        order.action_confirm_with_credit()
        self.assertEqual(order.credit_state, 'hold')

    def test_no_amounts_for_those_who_may_not_see_them(self):
        self._invoice(130, overdue=40)
        order = self._order(10).with_user(self.seller)
        self.assertIn(
            "The credit limit is exceeded. The oldest open item is 40 days overdue.", order.credit_line
        )
        for amount in ('100', '130', '30.00'):
            self.assertNotIn(amount, order.credit_line)

    def test_not_for_the_customer(self):
        portal = self.env['res.users'].create(
            {
                'name': "Li",
                'login': 'li',
                'partner_id': self.contact.id,
                'group_ids': [Command.set(self.env.ref('base.group_portal').ids)],
            }
        )
        order = self._order(10, partner=self.contact)
        order.message_subscribe(self.contact.ids)
        order.action_quotation_sent()
        for name in ('credit_line', 'credit_would_hold'):
            with self.assertRaises(AccessError):
                order.with_user(portal).read([name])

    def test_it_costs_few_queries(self):
        order = self._order(10, user=self.viewer).with_user(self.viewer)
        order.mapped('credit_line')  # caches are filled
        self.env.invalidate_all()
        with self.assertQueryCount(25):
            order.mapped('credit_line')


@tagged('post_install', '-at_install')
class TestRemedies(CreditCommon):
    """What a seller does about a held order."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account.credit_limit = 100
        cls.company.ar_credit_responsible_id = cls.controller
        cls.order = cls._order(150)
        cls.order.with_user(cls.seller).action_confirm_with_credit()

    def _ask(self, user, note):
        self.env['ar.credit.request'].with_user(user).create(
            {'order_id': self.order.id, 'note': note}
        ).action_apply()

    def test_asking_reaches_who_decides(self):
        decision = self.order.credit_decision_ids
        self.assertEqual(
            self.order.with_user(self.seller).action_credit_ask_release()['context'],
            {'default_order_id': self.order.id, 'default_kind': 'release'},
        )
        self._ask(self.seller, "The parent company guarantees")
        message = decision.message_ids[0]
        self.assertIn("The parent company guarantees", message.body)
        self.assertEqual(message.author_id, self.seller.partner_id)
        self.assertIn(self.controller.partner_id, message.notified_partner_ids)
        self.assertEqual(decision.state, 'hold')

    def _say(self, action, user, note):
        return (
            self.env['ar.credit.request']
            .with_user(user)
            .with_context(**action['context'])
            .create({'note': note})
        )

    def test_a_question_is_answered_on_the_order(self):
        decision = self.order.credit_decision_ids
        order = self.order.with_user(self.seller)
        self.assertFalse(order.credit_is_asked)
        decision.with_user(self.controller).action_ask("When do they pay?")
        order.invalidate_recordset()
        self.assertTrue(order.credit_is_asked)
        request = self._say(order.action_credit_answer(), self.seller, "On Friday")
        self.assertEqual(request.question, "When do they pay?")
        request.action_apply()
        self.assertEqual(
            (decision.dialogue, decision.answer, decision.answered_by), ('answered', "On Friday", self.seller)
        )
        self.assertEqual(decision.state, 'hold')
        order.invalidate_recordset()
        self.assertFalse(order.credit_is_asked)
        with self.assertRaises(UserError):
            self._say(order.action_credit_answer(), self.seller, "Again").action_apply()

    def test_what_the_customer_objects_to_reaches_the_collector_and_releases_nothing(self):
        collector = self._user('objcollector', 'ar_base.group_collector')
        self.account.collector_id = collector
        order = self.order.with_user(self.seller)
        action = order.action_credit_dispute()
        self.assertEqual(action['res_model'], 'ar.credit.request')
        self._say(action, self.seller, "Two pumps came broken").action_apply()
        activity = self.account.activity_ids
        self.assertEqual(activity.user_id, collector)
        self.assertIn("Two pumps came broken", activity.note)
        self.assertFalse(self.env['ar.dispute'].search([('customer_id', '=', self.customer.id)]))
        self.assertEqual((order.credit_state, self.order.credit_decision_ids.state), ('hold', 'hold'))

    def test_the_credit_team_opens_the_dispute_itself(self):
        invoice = self._invoice(30, overdue=40)
        both = self._user('both', 'ar_base.group_controller,sales_team.group_sale_manager')
        action = self.order.with_user(both).action_credit_dispute()
        self.assertEqual(action['res_model'], 'ar.dispute')
        self.assertEqual(action['context']['default_move_id'], invoice.id)

    def test_a_colleague_of_another_team_answers_and_objects_to_nothing(self):
        other = self._user('other2', 'sales_team.group_sale_salesman')
        self.order.credit_decision_ids.with_user(self.controller).action_ask("When?")
        for kind in ('answer', 'objection'):
            with self.assertRaises(AccessError):
                self.env['ar.credit.request'].with_user(other).create(
                    {'order_id': self.order.id, 'kind': kind, 'note': "x"}
                ).action_apply()
        self.assertEqual(self.order.credit_decision_ids.dialogue, 'asked')

    def test_nothing_to_ask(self):
        with self.assertRaises(UserError):
            self._ask(self.seller, "  ")
        self.order.credit_decision_ids.with_user(self.controller).action_release("Good")
        with self.assertRaisesRegex(UserError, "does not wait for credit"):
            self._ask(self.seller, "Please")

    def test_a_colleague_of_another_team_does_not_ask(self):
        other = self._user('other', 'sales_team.group_sale_salesman')
        with self.assertRaises(AccessError):
            self._ask(other, "Please")

    def test_prepayment(self):
        action = self.order.with_user(self.seller).action_credit_prepayment()
        self.assertEqual(
            (action['res_model'], action['context']['active_id']), ('payment.link.wizard', self.order.id)
        )

    def test_promise(self):
        order = self.order.with_user(self.seller)
        self.assertFalse(order.credit_can_promise)
        with self.assertRaises(UserError):
            order.action_credit_promise()


@tagged('post_install', '-at_install')
class TestRefusedChange(CreditCommon, HttpCase):
    """A confirmed order grows beyond the limit: refused, and put in the queue."""

    def _save(self, order, price):
        return self.make_jsonrpc_request(
            '/web/dataset/call_kw/sale.order/web_save',
            {
                'model': 'sale.order',
                'method': 'web_save',
                'args': [order.ids, {'order_line': [[1, order.order_line.id, {'price_unit': price}]]}],
                'kwargs': {'specification': {}},
            },
        )

    def test_it_waits_in_the_queue(self):
        self.account.credit_limit = 100
        order = self._order(100)
        order.with_user(self.seller).action_confirm()
        self.authenticate('seller', 'seller' * 2)
        with self.assertRaisesRegex(JsonRpcException, 'CreditHold'):
            self._save(order, 150)
        self.env.invalidate_all()
        self.assertEqual((order.state, order.amount_total), ('sale', 100))
        decision = order.credit_decision_ids
        self.assertRecordValues(decision, [{'state': 'hold', 'order_amount': 150, 'credit_limit': 100}])
        # Once more is no second request.
        with self.assertRaisesRegex(JsonRpcException, 'CreditHold'):
            self._save(order, 160)
        self.env.invalidate_all()
        self.assertEqual((order.credit_decision_ids, decision.order_amount), (decision, 160))

    def test_refused_confirmation_by_a_program_leaves_no_request(self):
        self.account.credit_limit = 100
        order = self._order(150)
        self.authenticate('seller', 'seller' * 2)
        with self.assertRaisesRegex(JsonRpcException, 'CreditHold'):
            self.make_jsonrpc_request(
                '/web/dataset/call_kw/sale.order/action_confirm',
                {'model': 'sale.order', 'method': 'action_confirm', 'args': [order.ids], 'kwargs': {}},
            )
        self.env.invalidate_all()
        self.assertFalse(order.credit_decision_ids)

    def test_refused_invoice_notifies_the_credit_team(self):
        self.company.write({'ar_invoice_check': 'hold', 'ar_credit_responsible_id': self.controller.id})
        self.account.credit_limit = 100
        self._user('biller', 'account.group_account_invoice')
        move = self._invoice(150, post=False)
        self.authenticate('biller', 'biller' * 2)
        for _again in range(2):
            with self.assertRaisesRegex(JsonRpcException, 'CreditHold'):
                self.make_jsonrpc_request(
                    '/web/dataset/call_kw/account.move/action_post',
                    {'model': 'account.move', 'method': 'action_post', 'args': [move.ids], 'kwargs': {}},
                )
        self.env.invalidate_all()
        self.assertEqual((move.state, move.activity_ids.user_id), ('draft', self.controller))
        self.assertEqual(len(move.activity_ids), 1)
