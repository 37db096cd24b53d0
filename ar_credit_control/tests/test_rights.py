from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..exceptions import CreditHold
from .common import CreditCommon


@tagged('post_install', '-at_install')
class TestRights(CreditCommon):
    """A seller can neither release nor dodge; everybody gets the same figures."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account.credit_limit = 10
        cls.customer.user_id = cls.viewer
        cls.order = cls._order(11)
        cls.order.with_user(cls.seller).action_confirm_with_credit()
        cls.decision = cls.order.credit_decision_ids

    def test_seller_cannot_release(self):
        for user in (self.seller, self.viewer):
            decision = self.decision.with_user(user)
            order = self.order.with_user(user)
            order.sudo().user_id = user
            for act in (
                lambda: decision.action_release("Me"),
                lambda: decision.action_reject("Me"),
                lambda: decision.write({'state': 'released'}),
                lambda: self.env['ar.credit.decide']
                .with_user(user)
                .create({'decision_ids': decision.ids, 'note': "Me"})
                .action_apply(),
                lambda: self.env['ar.credit.decision']
                .with_user(user)
                .create(
                    {
                        'order_id': order.id,
                        'order_name': order.name,
                        'credit_account_id': self.account.id,
                        'state': 'released',
                    }
                ),
                lambda: order.write({'credit_state': 'released'}),
                lambda: order.write(
                    {
                        'credit_decision_ids': [
                            (
                                0,
                                0,
                                {
                                    'order_name': "x",
                                    'credit_account_id': self.account.id,
                                    'state': 'released',
                                },
                            )
                        ]
                    }
                ),
                lambda: self.account.with_user(user).write({'credit_limit': 10**6}),
                lambda: self.env['ar.hold']
                .with_user(user)
                .create({'credit_account_id': self.account.id, 'reason': "x"}),
                lambda: self._rule('credit_limit').with_user(user).write({'outcome': 'none'}),
            ):
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    act()
            self.env.invalidate_all()
            self.assertEqual(self.decision.state, 'hold')

    def test_figures_stay_with_those_who_may_see_them(self):
        order = self.order.with_user(self.seller)
        self.assertIn("exceeds its credit limit", order.credit_panel)
        for model in ('ar.credit.decision', 'ar.credit.decision.reason', 'ar.credit.account', 'ar.open.item'):
            with self.assertRaises(AccessError):
                self.env[model].with_user(self.seller).search_read([])
        self.order.user_id = self.viewer
        self.order.with_user(self.viewer).action_confirm_with_credit()
        self.assertTrue(self.decision.with_user(self.viewer).read(['exposure']))
        foreign = self._order(12, user=self.seller)
        foreign.with_user(self.seller).action_confirm_with_credit()
        with self.assertRaises(AccessError):
            foreign.credit_decision_ids.with_user(self.viewer).read(['exposure'])
        with self.assertRaises(AccessError):
            foreign.sudo().credit_decision_ids.reason_ids.with_user(self.viewer).read(['data'])

    def test_reading_everything_of_an_order_and_an_invoice(self):
        """A plain ``read()`` asks for every field that the user has."""
        self._invoice(5, overdue=1).invoice_user_id = self.seller
        self.assertNotIn('credit_decision_ids', self.order.with_user(self.seller).read()[0])
        self.assertIn('credit_decision_ids', self.order.with_user(self.manager).read()[0])
        self.assertTrue(
            self.env['account.move']
            .with_user(self.seller)
            .search([('partner_id', '=', self.customer.id)])
            .read()
        )

    def test_context_opens_nothing(self):
        for context in (
            {'bypass_risk': True},
            {'ar_credit_released': True},
            {'skip_credit': True, 'tracking_disable': True},
        ):
            with self.assertRaises(CreditHold), self.env.cr.savepoint():
                self.order.with_user(self.seller).with_context(**context).action_confirm()

    def test_superuser_decides_nothing_either(self):
        with self.assertRaises(CreditHold), self.env.cr.savepoint():
            self.order.sudo().action_confirm()
        with self.assertRaises(CreditHold), self.env.cr.savepoint():
            self.order.with_user(self.manager).action_confirm()

    def test_controller_decides_but_does_not_edit_records(self):
        decision = self.decision.with_user(self.controller)
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            decision.write({'state': 'released', 'amount': 10**9})
        decision.action_release("Fine")
        self.assertEqual(self.order.state, 'sale')

    def test_customers_text_is_neutral(self):
        with self.assertRaises(CreditHold) as caught, self.env.cr.savepoint():
            self.order.with_user(self.env.ref('base.user_root')).action_confirm()
        self.assertNotIn('credit', str(caught.exception).lower())
        with self.assertRaises(CreditHold) as caught, self.env.cr.savepoint():
            self.order.with_user(self.seller).action_confirm()
        self.assertIn("Hua Trading", str(caught.exception))

    def test_own_documents_seller_gets_the_same_exposure(self):
        self.account.credit_limit = 100
        self._order(90, user=self.manager).action_confirm()
        order = self._order(11, user=self.seller)
        with self.assertRaises(CreditHold), self.env.cr.savepoint():
            order.with_user(self.seller).action_confirm()
        self.assertEqual(self.account.with_user(self.viewer).exposure, 90)

    def test_drill_down_shows_each_reader_only_their_own_documents(self):
        self.account.credit_limit = 1000
        own, foreign = self._order(20, user=self.viewer), self._order(70, user=self.seller)
        (own | foreign).action_confirm()
        for user, names in (
            (self.viewer, {own.name, "Documents of colleagues"}),
            (self.controller, {own.name, foreign.name}),
        ):
            lines = (
                self.env['ar.credit.exposure.line'].with_user(user)._create_for(self.account.with_user(user))
            )
            self.assertEqual(set(lines.mapped('name')), names)
            self.assertEqual(sum(lines.mapped('amount')), 90)
        with self.assertRaises(AccessError):
            self.account.with_user(self.seller).action_open_exposure()

    def test_what_a_dialog_shows_is_for_who_opened_it(self):
        self._invoice(100)
        lines = self.env['ar.credit.exposure.line'].with_user(self.controller)._create_for(self.account)
        self.assertTrue(lines.read(['amount']))
        others = lines.with_user(self.viewer)
        self.assertFalse(others.search([('id', 'in', lines.ids)]))
        with self.assertRaises(AccessError):
            others.read(['amount'])

    def test_nobody_decides_on_their_own_request_by_any_wizard(self):
        self.controller.group_ids += self.env.ref('sales_team.group_sale_salesman')
        order = self._order(11, user=self.controller)
        order.with_user(self.controller).action_confirm_with_credit()
        change = (
            self.env['ar.credit.change']
            .with_user(self.controller)
            .create(
                {
                    'credit_account_id': self.account.id,
                    'change_limit': True,
                    'new_limit': 10**6,
                    'reason': "Mine",
                }
            )
        )
        change.action_submit()
        delegate = self.env['ar.approval.delegation'].with_user(self.controller)
        for act in (
            lambda: self.env['ar.credit.decide']
            .with_user(self.controller)
            .create({'decision_ids': order.sudo().credit_decision_ids.ids, 'note': "Me"})
            .action_apply(),
            lambda: order.sudo()
            .credit_decision_ids.with_user(self.controller)
            .with_context(four_eyes=False)
            .action_release("Me"),
            lambda: order.sudo()
            .credit_decision_ids.with_user(self.controller)
            .write({'salesperson_id': self.seller.id}),
            lambda: change.action_approve("Me"),
            lambda: change.write({'requested_by': self.seller.id}),
            lambda: self.company.with_user(self.controller).write({'ar_four_eyes': False}),
            lambda: delegate.create(
                {'user_id': self.manager.id, 'delegate_id': self.controller.id, 'date_to': '2099-01-01'}
            ),
            lambda: self.env['ar.approval.rule']
            .with_user(self.controller)
            .create({'kind': 'order', 'company_id': self.company.id, 'user_ids': self.controller.ids}),
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                act()
        self.assertEqual((order.state, change.state, self.account.credit_limit), ('draft', 'submitted', 10))

    def test_every_role_can_open_its_screens(self):
        for user in (self.viewer, self.controller, self.manager):
            for model in (
                'ar.credit.account',
                'ar.credit.decision',
                'ar.credit.change',
                'ar.hold',
                'ar.dispute',
                'ar.open.item',
            ):
                views = (
                    self.env[model]
                    .with_user(user)
                    .get_views([(False, 'list'), (False, 'form'), (False, 'search')])
                )
                self.assertTrue(views['views'])
        self.account.with_user(self.viewer).read(
            ['credit_summary', 'exposure', 'available_credit', 'credit_limit']
        )
        self.assertTrue(self.decision.with_user(self.controller).read(['snapshot_html', 'reason_text']))
        self.order.with_user(self.seller).get_views([(False, 'form')])
