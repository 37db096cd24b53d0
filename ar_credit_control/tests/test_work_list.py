from datetime import timedelta

from lxml import etree

from odoo import fields
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from .common import CreditCommon


@tagged('post_install', '-at_install')
class TestWorkList(CreditCommon):
    """What a controller finds in the lists."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account.credit_limit = 100
        cls.accounts = cls.env['ar.credit.account'].with_user(cls.controller)
        cls.today = fields.Date.context_today(cls.account)

    def _found(self, filter_name):
        """Return whether the filter of the screen finds the customer."""
        view = self.accounts.get_view(view_type='search')['arch']
        [node] = etree.fromstring(view).xpath(f"//filter[@name='{filter_name}']")
        domain = safe_eval(node.get('domain'), {'uid': self.controller.id})
        return self.account.id in self.accounts.search(domain).ids

    def test_filters(self):
        names = (
            'over_limit',
            'over_80',
            'overdue',
            'review_due',
            'review_soon',
            'limit_ends',
            'my_customers',
        )
        self.assertEqual([name for name in names if self._found(name)], [])
        self._invoice(80)
        self.assertFalse(self._found('over_80'))
        self._invoice(1, overdue=5)
        self.assertTrue(self._found('over_80'))
        self.assertTrue(self._found('overdue'))
        self._invoice(20)
        self.assertTrue(self._found('over_limit'))
        self.account.file_valid_until = self.today + timedelta(days=20)
        self.assertEqual((self._found('review_due'), self._found('review_soon')), (False, True))
        self.account.limit_valid_until = self.today + timedelta(days=20)
        self.assertTrue(self._found('limit_ends'))
        self.customer.user_id = self.controller
        self.assertTrue(self._found('my_customers'))

    def test_security_that_ends(self):
        self.env['ar.credit.security'].create(
            {
                'credit_account_id': self.account.id,
                'kind': 'guarantee',
                'amount': 10,
                'valid_until': self.today + timedelta(days=3),
            }
        )
        self.assertTrue(self._found('security_ends'))

    def test_limit_of_zero_that_is_used(self):
        self.account.credit_limit = 0
        self.assertFalse(self._found('over_limit'))
        self._invoice(1)
        self.assertTrue(self._found('over_limit'))

    def test_figures(self):
        self._invoice(30, overdue=40)
        paid = self._invoice(50, overdue=10)
        self._pay(paid)
        account = self.account.with_user(self.controller)
        self.assertRecordValues(
            account, [{'overdue': 30, 'overdue_days': 40, 'last_payment_on': self.today, 'has_paid': True}]
        )
        self.assertEqual(account.average_days_late, 10)

    def test_file_says_what_would_hold_the_next_order(self):
        account = self.account.with_user(self.controller)
        self.assertFalse(account.order_outlook)
        self._invoice(101, overdue=40)
        self.env.invalidate_all()
        self.assertEqual(
            account.order_outlook, "A new order would be held: Credit limit exceeded, Oldest overdue item."
        )

    def test_live_figures_stand_next_to_the_frozen_ones(self):
        invoice = self._invoice(90, overdue=5)
        order = self._order(20)
        order.with_user(self.seller).action_confirm_with_credit()
        decision = order.credit_decision_ids.with_user(self.controller)
        self.assertEqual((decision.exposure, decision.exposure_now, decision.overdue), (90, 90, 90))
        self._pay(invoice)
        self.env.invalidate_all()
        self.assertEqual((decision.exposure, decision.exposure_now, decision.available_now), (90, 0, 100))
        self.assertEqual((decision.overdue_days, decision.has_paid, decision.average_days_late), (0, True, 5))
        self.assertEqual(decision.held_before, 0)

    def test_who_decides(self):
        order = self._order(120)
        order.with_user(self.seller).action_confirm_with_credit()
        self.assertFalse(order.credit_decision_ids.deciders)
        self.env['ar.approval.rule'].create(
            {'kind': 'order', 'company_id': self.company.id, 'user_ids': [(6, 0, self.manager.ids)]}
        )
        other = self._order(130)
        other.with_user(self.seller).action_confirm_with_credit()
        self.assertEqual(other.credit_decision_ids.deciders, self.manager.name)

    def test_nothing_internal_to_group_by(self):
        for model, names in (
            ('ar.credit.account', ('lock_version', 'limit_mandatory')),
            ('ar.credit.decision', ('recheck', 'reasons')),
        ):
            found = self.env[model].with_user(self.controller).fields_get(names, ['groupable'])
            self.assertEqual([found[name]['groupable'] for name in names], [False, False])

    def test_controller_reads_the_configuration(self):
        menus = self.env['ir.ui.menu'].with_user(self.controller)._visible_menu_ids()
        self.assertIn(self.env.ref('ar_base.menu_configuration').id, menus)
        self.assertIn(self.env.ref('ar_credit_control.menu_rules').id, menus)
        self.assertNotIn(self.env.ref('ar_base.menu_settings').id, menus)
        self.assertNotIn(self.env.ref('ar_base.menu_health_check').id, menus)
        viewer = self.env['ir.ui.menu'].with_user(self.viewer)._visible_menu_ids()
        self.assertNotIn(self.env.ref('ar_base.menu_configuration').id, viewer)
