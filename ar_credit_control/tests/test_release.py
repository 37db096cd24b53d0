from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..exceptions import CreditHold
from .common import CreditCommon


@tagged('post_install', '-at_install')
class TestRelease(CreditCommon):
    """A release covers what was judged, decided by those whom the matrix names for that amount."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env['ar.approval.rule'].create(
            [
                {
                    'company_id': cls.company.id,
                    'kind': 'order',
                    'min_amount': 0,
                    'user_ids': cls.controller.ids,
                },
                {
                    'company_id': cls.company.id,
                    'kind': 'order',
                    'min_amount': 10000,
                    'user_ids': cls.manager.ids,
                },
            ]
        )
        cls.account.credit_limit = 100

    def _held(self, amount=5000, **values):
        order = self._order(amount, **values)
        order.with_user(self.seller).action_confirm_with_credit()
        self.assertEqual(order.credit_state, 'hold')
        return order, order.credit_decision_ids

    def _grow(self, order, amount=500000):
        order.order_line.with_user(self.seller).price_unit = amount

    def assertStays(self, order, approver):
        self.env.invalidate_all()
        self.assertEqual((order.state, order.credit_state), ('draft', 'hold'))
        self.assertEqual(order.credit_decision_ids.approver_ids, approver)
        self.assertEqual(order.credit_decision_ids.order_amount, order.amount_total)

    # === The amount ===

    def test_growth_before_the_release_is_for_who_decides_on_the_amount(self):
        order, decision = self._held()
        self._grow(order)
        decision.with_user(self.controller).action_release("Fine")
        self.assertStays(order, self.manager)
        self.assertEqual(decision.activity_ids.user_id, self.manager)
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            decision.with_user(self.controller).action_release("Fine")
        decision.with_user(self.manager).action_release("Fine")
        self.assertEqual((order.state, decision.amount), ('sale', 500000))

    def test_growth_and_another_press_on_confirm(self):
        order, decision = self._held()
        self._grow(order)
        order.with_user(self.seller).action_confirm_with_credit()
        self.assertStays(order, self.manager)
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            decision.with_user(self.controller).action_release("Fine")

    def test_growth_and_the_job_that_looks_again(self):
        order, decision = self._held()
        self._grow(order)
        decision.sudo()._recheck()
        self.assertStays(order, self.manager)

    def test_growth_that_the_rules_let_pass_is_routed_all_the_same(self):
        order, decision = self._held()
        self._grow(order)
        self.account.is_unlimited = True
        decision.with_user(self.controller).action_release("Fine", confirm=False)
        self.assertStays(order, self.manager)
        self.assertEqual(decision.reasons, 'credit_limit')

    def test_growth_within_their_amount_is_still_theirs_to_release(self):
        order, decision = self._held()
        self._grow(order, 6000)
        decision.with_user(self.controller).action_decide()  # looking at it again is no request
        self.assertEqual(decision.asked_by, self.seller.ids)
        decision.with_user(self.controller).action_ask("When do they pay?")
        decision.with_user(self.controller).action_release("Fine")
        self.assertEqual((order.state, decision.amount), ('sale', 6000))

    def test_who_asks_for_more_does_not_decide(self):
        boss = self._user('boss', 'ar_base.group_controller,sales_team.group_sale_manager')
        self.env['ar.approval.rule'].search([('kind', '=', 'order')]).user_ids += boss
        order, decision = self._held()
        self.assertTrue(decision.with_user(boss).can_decide)
        order.order_line.with_user(boss).price_unit = 6000
        order.with_user(boss).action_confirm_with_credit()
        self.assertFalse(decision.with_user(boss).can_decide)
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            decision.with_user(boss).action_release("Fine")

    def test_opening_the_dialog_routes_too(self):
        order, decision = self._held()
        self._grow(order)
        decision.with_user(self.controller).action_decide()
        self.assertStays(order, self.manager)

    def test_one_that_did_not_grow_is_released_next_to_one_that_did(self):
        order, decision = self._held()
        other, second = self._held()
        self._grow(order)
        result = (decision | second).with_user(self.controller).action_release("Fine")
        self.assertStays(order, self.manager)
        self.assertEqual(other.state, 'sale')
        self.assertIn(self.manager.name, result['params']['message'])

    def test_a_smaller_order_is_released_as_it_was_judged(self):
        order, decision = self._held()
        self._grow(order, 4000)
        decision.with_user(self.controller).action_release("Fine")
        self.assertEqual((order.state, decision.amount), ('sale', 4000))

    # === Customer, terms, grade ===

    def test_a_release_does_not_cover_another_customer_later_terms_or_a_worse_grade(self):
        other = self.env['res.partner'].create({'name': "Other", 'is_company': True})
        self.env['ar.credit.account'].sudo()._for_partner(other, self.company).credit_limit = 10
        self.account.grade_id = self.env.ref('ar_base.grade_b')
        order, decision = self._held()
        decision.with_user(self.controller).action_release("Fine", confirm=False)
        for change in (
            lambda: order.with_user(self.seller).write({'partner_invoice_id': other.id}),
            lambda: order.with_user(self.seller).write(
                {'payment_term_id': self.env.ref('account.account_payment_term_30days').id}
            ),
            lambda: self.account.write({'grade_id': self.env.ref('ar_base.grade_d').id}),
        ):
            with self.subTest(change), self.env.cr.savepoint() as savepoint:
                change()
                with self.assertRaises(CreditHold), self.env.cr.savepoint():
                    order.with_user(self.seller).action_confirm()
                order.with_user(self.seller).action_confirm_with_credit()
                self.assertEqual(order.credit_decision_ids.sorted('id').mapped('state'), ['released', 'hold'])
                savepoint.rollback()
            self.env.invalidate_all()
        order.with_user(self.seller).action_confirm()

    # === Bounds ===

    def test_tolerance_and_last_day_are_bounded_by_the_company(self):
        _order, decision = self._held()
        today = fields.Date.context_today(decision)
        decision = decision.with_user(self.controller)
        for bounds in (
            {'tolerance_pct': 10.01},
            {'tolerance_pct': 1e9},
            {'tolerance_pct': -1},
            {'tolerance_pct': float('nan')},
            {'tolerance_pct': float('inf')},
            {'valid_until': today + timedelta(days=31)},
            {'valid_until': '2999-12-31'},
            {'valid_until': today - timedelta(days=1)},
        ):
            with self.subTest(bounds), self.assertRaises(UserError), self.env.cr.savepoint():
                decision.action_release("Fine", **bounds)
        wizard = self.env['ar.credit.decide'].with_user(self.controller)
        wizard = wizard.create({'decision_ids': decision.ids, 'note': "x", 'valid_until': '2199-12-31'})
        with self.assertRaises(UserError), self.env.cr.savepoint():
            wizard.action_apply()
        self.assertEqual(decision.state, 'hold')
        decision.action_release("Fine", today + timedelta(days=30), 10)
        self.assertEqual((decision.state, decision.tolerance_pct), ('released', 10))

    def test_the_companys_own_default_stays_within_its_bounds(self):
        self.company.write({'ar_release_tolerance': 50, 'ar_honour_days': 90})
        _order, decision = self._held()
        decision.with_user(self.controller).action_release("Fine", confirm=False)
        self.assertEqual(decision.tolerance_pct, 10)
        self.assertEqual(decision.valid_until, fields.Date.context_today(decision) + timedelta(days=30))

    # === Growth of a confirmed order ===

    def test_refused_growth_waits_and_is_released_for_what_was_asked(self):
        self.account.credit_limit = 1000
        order = self._order(1000)
        order.with_user(self.seller).action_confirm()
        with self.assertRaises(CreditHold) as caught, self.env.cr.savepoint():
            self._grow(order, 20000)
        order.with_user(self.seller)._credit_record_hold('seller', caught.exception)
        [decision] = order.credit_decision_ids
        self.assertRecordValues(
            decision,
            [
                {
                    'state': 'hold',
                    'origin': 'increase',
                    'order_amount': 20000,
                    'approver_ids': self.manager.ids,
                }
            ],
        )
        self.assertEqual((order.state, order.credit_state), ('sale', 'ok'), "what was confirmed goes on")
        decision.sudo()._recheck()
        self.assertEqual((decision.state, decision.order_amount), ('hold', 20000))
        decision.with_user(self.manager).action_release("Fine")
        self._grow(order, 20000)
        self.assertEqual(order.amount_total, 20000)
        with self.assertRaises(CreditHold), self.env.cr.savepoint():
            self._grow(order, 20001)

    def test_growth_that_is_not_asked_for_any_more_waits_no_longer(self):
        self.account.credit_limit = 1000
        order = self._order(1000)
        order.action_confirm()
        with self.assertRaises(CreditHold) as caught, self.env.cr.savepoint():
            self._grow(order, 2000)
        order._credit_record_hold('seller', caught.exception)
        self.account.credit_limit = 2000
        self._grow(order, 2000)
        self.assertNotEqual(order.credit_decision_ids.state, 'hold')

    # === Question and answer, reason codes ===

    def test_the_answer_comes_back_to_who_asked(self):
        for answer in (
            lambda order, decision: order.activity_ids.with_user(self.seller).action_feedback("On Friday"),
            lambda order, decision: decision.with_user(self.seller).action_answer("On Friday"),
        ):
            with self.subTest(answer), self.env.cr.savepoint() as savepoint:
                order, decision = self._held()
                decision.with_user(self.controller).action_ask("When do they pay?")
                self.assertEqual((decision.dialogue, order.activity_ids.user_id), ('asked', self.seller))
                answer(order, decision)
                self.env.invalidate_all()
                self.assertRecordValues(
                    decision,
                    [{'dialogue': 'answered', 'answer': "On Friday", 'answered_by': self.seller.id}],
                )
                self.assertEqual(decision.activity_ids.user_id, self.controller)
                self.assertFalse(order.activity_ids)
                self.assertIn("On Friday", order.with_user(self.seller).credit_panel)
                savepoint.rollback()
            self.env.invalidate_all()

    def test_only_people_of_the_order_answer_and_only_a_question(self):
        _order, decision = self._held()
        with self.assertRaises(UserError), self.env.cr.savepoint():
            decision.with_user(self.seller).action_answer("Nobody asked")
        decision.with_user(self.controller).action_ask("When?")
        other = new_test_user(self.env, 'otherseller', groups='sales_team.group_sale_salesman')
        for user in (other, self.viewer):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                decision.with_user(user).action_answer("Forged")
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            decision.with_user(self.controller).write({'answer': "Forged"})
        self.assertFalse(decision.answer)

    def test_a_reason_code_is_kept_and_fits_the_decision(self):
        _order, decision = self._held()
        codes = {
            use: self.env['ar.credit.reason'].search([('use', '=', use)])[:1] for use in ('release', 'reject')
        }
        with self.assertRaises(UserError), self.env.cr.savepoint():
            decision.with_user(self.controller).action_release("Fine", reason=codes['reject'].id)
        wizard = self.env['ar.credit.decide'].with_user(self.controller)
        wizard.create(
            {
                'decision_ids': decision.ids,
                'note': "x",
                'answer': 'reject',
                'reason_id': codes['reject'].id,
            }
        ).action_apply()
        self.assertEqual((decision.state, decision.reason_id), ('rejected', codes['reject']))
        with self.assertRaises(UserError), self.env.cr.savepoint():
            codes['reject'].with_user(self.manager).unlink()

    # === What customers read ===

    def test_the_panel_says_who_lifts_a_hold(self):
        order, _decision = self._held()
        self.env['ar.hold'].create({'credit_account_id': self.account.id, 'reason': "Insolvent"})
        panel = order.with_user(self.seller).credit_panel
        self.assertIn("is lifted by", panel)
        self.assertNotIn("is reduced to", panel)

    def test_who_decides_is_not_sent_to_themselves(self):
        _order, decision = self._held()
        self.assertIn("You decide", decision.with_user(self.controller).panel)
        self.assertIn(f"Ask {self.controller.name}", decision.with_user(self.manager).panel)

    def test_the_customer_reads_nothing_of_it(self):
        order, decision = self._held()
        self.env['ar.hold'].create({'credit_account_id': self.account.id, 'reason': "Suspected fraud"})
        decision.with_user(self.controller).action_ask("Is the CEO arrested?")
        portal = new_test_user(self.env, 'portal_hua', groups='base.group_portal')
        portal.partner_id.parent_id = self.customer
        order.message_subscribe(portal.partner_id.ids)
        mine = order.with_user(portal)
        self.assertTrue(mine.read(['name']))
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            mine.read(['credit_panel'])
        self.assertFalse(self.env['ar.credit.decision'].with_user(portal)._render_panel(decision.sudo()))
