from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .common import CreditCommon


@tagged('post_install', '-at_install')
class TestApproval(CreditCommon):
    """Who decides: by amount and grade, in whose place, and when nobody does."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Date.context_today(cls.account)
        cls.director = cls._user('director', 'ar_base.group_controller')
        cls.deputy = cls._user('deputy', 'ar_base.group_controller')
        cls.account.credit_limit = 10
        cls.small = cls._line(0, cls.controller)
        cls.large = cls._line(1000, cls.director)

    @classmethod
    def _line(cls, amount, users, **values):
        return cls.env['ar.approval.rule'].create(
            {
                'company_id': cls.company.id,
                'kind': 'order',
                'min_amount': amount,
                'user_ids': [fields.Command.set(users.ids)],
                **values,
            }
        )

    def _held(self, amount, **values):
        order = self._order(amount, **values)
        order.with_user(order.user_id).action_confirm_with_credit()
        return order.credit_decision_ids

    def test_amount_decides(self):
        for amount, user, other in (
            (999.99, self.controller, self.director),
            (1000, self.director, self.controller),
        ):
            decision = self._held(amount)
            self.assertEqual(decision.approver_ids, user)
            self.assertEqual(decision.activity_ids.user_id, user)
            self.assertIn(user.name, decision.reason_ids[:1].with_user(self.seller).sudo().remedy)
            with self.assertRaisesRegex(AccessError, user.login):
                decision.with_user(other).action_release("ok")
            with self.assertRaises(AccessError):
                decision.with_user(self.manager).action_reject("no")
            decision.with_user(user).action_release("ok")
            self.assertEqual(decision.order_id.state, 'sale')

    def test_line_for_the_grade_comes_first(self):
        grade = self.env.ref('ar_base.grade_e')
        self._line(0, self.deputy, grade_id=grade.id)
        self.assertEqual(self._held(5000).approver_ids, self.director)
        self.account.grade_id = grade
        self.assertEqual(self._held(5000).approver_ids, self.deputy)

    def test_without_a_line_any_controller_decides(self):
        (self.small | self.large).unlink()
        decision = self._held(5000)
        self.assertFalse(decision.approver_ids)
        decision.with_user(self.deputy).action_release("ok")
        self.assertEqual(decision.state, 'released')

    def test_delegate_decides_between_its_days(self):
        decision = self._held(5000)
        delegation = (
            self.env['ar.approval.delegation']
            .with_user(self.director)
            .create(
                {
                    'delegate_id': self.deputy.id,
                    'date_from': self.today + timedelta(days=1),
                    'date_to': self.today + timedelta(days=9),
                }
            )
        )
        with self.assertRaises(AccessError):
            decision.with_user(self.deputy).action_release("ok")
        delegation.date_from = self.today
        self.assertEqual(self._held(6000).activity_ids.user_id, self.director | self.deputy)
        decision.with_user(self.deputy).action_release("ok")
        self.assertEqual(decision.decided_by, self.deputy)
        with self.assertRaises(AccessError):
            self.env['ar.approval.delegation'].with_user(self.deputy).create(
                {'user_id': self.director.id, 'delegate_id': self.deputy.id, 'date_to': self.today}
            )

    def test_escalates_when_nobody_acts(self):
        self.large.write({'escalate_days': 2, 'escalate_user_id': self.deputy.id})
        decision = self._held(5000)
        self.env['ar.credit.decision']._cron_escalate()
        with self.assertRaises(AccessError):
            decision.with_user(self.deputy).action_release("ok")
        decision.sudo()._record_facts({'escalate_on': self.today - timedelta(days=1)})
        self.env['ar.credit.decision']._cron_escalate()
        self.env['ar.credit.decision']._cron_escalate()
        self.assertEqual(decision.approver_ids, self.director | self.deputy)
        self.assertEqual(len(decision.activity_ids.filtered(lambda a: a.user_id == self.deputy)), 1)
        decision.with_user(self.deputy).action_release("ok")

    def test_nobody_releases_their_own_order(self):
        (self.small | self.large).unlink()
        self.controller.group_ids += self.env.ref('sales_team.group_sale_salesman')
        decision = self._held(50, user=self.controller)
        with self.assertRaisesRegex(AccessError, "own request"):
            decision.with_user(self.controller).action_release("mine")
        self.assertNotIn(self.controller, decision.activity_ids.user_id)
        self.company.ar_four_eyes = False
        decision.with_user(self.controller).action_release("one-man company")
        self.assertEqual(decision.state, 'released')

    def test_unlimited_needs_the_approver_of_the_highest_amounts(self):
        self._line(0, self.controller, kind='change')
        self._line(10**6, self.director, kind='change')
        change = (
            self.env['ar.credit.change']
            .with_user(self.deputy)
            .create(
                {
                    'credit_account_id': self.account.id,
                    'change_limit': True,
                    'new_unlimited': True,
                    'reason': "State-owned",
                }
            )
        )
        change.action_submit()
        self.assertEqual(change.approver_ids, self.director)

    def test_the_matrix_is_checked_when_it_is_entered(self):
        for values in (
            {'user_ids': [fields.Command.set(self.seller.ids)]},
            {'escalate_days': 3},
            {'user_ids': [fields.Command.clear()]},
        ):
            with self.subTest(values), self.assertRaises(ValidationError):
                self._line(
                    5, self.controller, **{'user_ids': [fields.Command.set(self.controller.ids)], **values}
                )

    def test_the_table_of_duties_is_what_the_server_does(self):
        Rule = self.env['ar.approval.rule']
        for kind in ('order', 'change', 'security', 'remainder'):
            duties = self.env['ar.duty'].search([('code', '=', kind)]).grouped('duty')
            self.assertEqual(duties['decide'].group_id, self.env.ref(Rule._role(kind)))
            self.assertTrue(duties['ask'].is_barred and duties['benefit'].is_barred)
            self.assertTrue(duties['decide'].user_ids >= self.controller | self.director)
        self.assertFalse(duties['ask'].is_open)
        self.company.ar_four_eyes = False
        self.env.invalidate_all()
        self.assertTrue(duties['ask'].is_open)
