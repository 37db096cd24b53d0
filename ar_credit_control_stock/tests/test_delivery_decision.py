from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import DeliveryCommon


@tagged('post_install', '-at_install')
class TestDeliveryDecision(DeliveryCommon):
    """A stopped delivery waits in the queue, and goes on from where it was stopped."""

    def _stopped(self, **values):
        order = self._sale(**values)
        hold = self._hold()
        self._ship(order)
        self.assertEqual((order.state, order.credit_state), ('sale', 'hold'))
        return order, hold

    def test_record(self):
        self.company.ar_credit_responsible_id = self.controller
        order, _hold = self._stopped()
        decision = order.credit_decision_ids
        self.assertRecordValues(
            decision,
            [
                {
                    'origin': 'delivery',
                    'state': 'hold',
                    'reasons': 'on_hold',
                    'order_amount': 100,
                    'added_exposure': 100,
                    'exposure': 0,
                }
            ],
        )
        self.assertEqual(decision.activity_ids.user_id, self.controller)
        self._ship(order)
        self.assertEqual(order.credit_decision_ids, decision)

    def test_release_lets_it_pass(self):
        order, _hold = self._stopped()
        order.credit_decision_ids.with_user(self.controller).action_release("Cheque seen")
        self.assertEqual(order.credit_state, 'released')
        self._ship(order)
        self.assertEqual(order.picking_ids.state, 'done')

    def test_release_does_not_outlive_a_later_hold_or_its_days(self):
        order, _hold = self._stopped()
        decision = order.credit_decision_ids
        decision.with_user(self.controller).action_release("Cheque seen")
        with self.env.cr.savepoint() as savepoint:
            yesterday = fields.Date.subtract(fields.Date.context_today(decision), days=1)
            decision.sudo()._record_facts({'valid_until': yesterday})
            self._ship(order)
            self.assertEqual(order.picking_ids.state, 'assigned')
            savepoint.rollback()
        self.env.invalidate_all()
        decision.sudo()._record_facts(
            {'decided_on': fields.Datetime.subtract(fields.Datetime.now(), minutes=1)}
        )
        self._hold()
        self._ship(order)
        self.assertEqual((order.picking_ids.state, order.credit_state), ('assigned', 'hold'))
        self.assertEqual(len(order.credit_decision_ids), 2)

    def test_rejection_stays_until_taken_up_again(self):
        order, hold = self._stopped()
        decision = order.credit_decision_ids
        decision.with_user(self.controller).action_reject("They are broke")
        hold.with_user(self.controller).action_lift("Paid")
        self._run_recheck()
        for _attempt in range(2):
            self._ship(order)
            self.assertEqual((order.picking_ids.state, order.credit_state), ('assigned', 'rejected'))
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            decision.with_user(self.viewer).action_reopen()
        decision.with_user(self.controller).action_reopen()
        self.assertEqual((order.credit_state, decision.state), ('hold', 'rejected'))
        with self.assertRaises(UserError), self.env.cr.savepoint():
            decision.with_user(self.controller).action_reopen()
        self._ship(order)
        self.assertEqual(order.picking_ids.state, 'done')

    def test_lifted_hold_releases_it(self):
        order, hold = self._stopped()
        hold.with_user(self.controller).action_lift("Paid")
        with self.env.cr.savepoint() as savepoint:
            self._ship(order)
            self.assertEqual(
                (order.picking_ids.state, order.credit_decision_ids.state), ('done', 'auto_released')
            )
            savepoint.rollback()
        self.env.invalidate_all()
        self._run_recheck()
        self.assertEqual((order.credit_decision_ids.state, order.credit_state), ('auto_released', 'ok'))
        self._ship(order)
        self.assertEqual(order.picking_ids.state, 'done')

    def test_recheck_keeps_what_is_still_held(self):
        order, _hold = self._stopped()
        self.account.credit_limit = 5000
        self._run_recheck()
        self.assertEqual(order.credit_state, 'hold')
        self.assertFalse(order.credit_decision_ids.recheck)

    def test_other_terms_free_nothing(self):
        order, _hold = self._stopped()
        order.payment_term_id = self.env['account.payment.term'].create(
            {'name': "Advance", 'ar_prepayment': True}
        )
        self._run_recheck()
        self._ship(order)
        self.assertEqual((order.picking_ids.state, order.credit_state), ('assigned', 'hold'))

    def test_setting_releases_it(self):
        self.company.ar_delivery_check = 'full'
        order = self._sale()
        self.account.credit_limit = 10
        self._ship(order)
        self.assertEqual(order.credit_decision_ids.reasons, 'credit_limit')
        self.company.ar_delivery_check = 'order'
        self._run_recheck()
        self.assertEqual(order.credit_decision_ids.state, 'auto_released')

    def test_nothing_to_ship_closes_it(self):
        order, _hold = self._stopped()
        decision = order.credit_decision_ids
        order.picking_ids.action_cancel()
        decision.sudo()._record_facts({'recheck': True})
        self._run_recheck()
        self.assertEqual((decision.state, order.credit_state), ('cancelled', 'ok'))

    def test_rejected_quotation_that_passed_later_ships(self):
        self.account.credit_limit = 0
        order = self.env['sale.order'].browse(self._quotation())
        order.with_user(self.seller).action_confirm_with_credit()
        order.credit_decision_ids.with_user(self.controller).action_reject("No")
        self.account.credit_limit = 100
        order.with_user(self.seller).action_confirm_with_credit()
        self.assertEqual(order.state, 'sale')
        self._ship(order)
        self.assertEqual(order.picking_ids.state, 'done')

    def _quotation(self):
        return (
            self.env['sale.order']
            .create(
                {
                    'partner_id': self.customer.id,
                    'user_id': self.seller.id,
                    'order_line': [
                        fields.Command.create(
                            {
                                'product_id': self.pump.id,
                                'product_uom_qty': 10,
                                'price_unit': 10,
                                'tax_ids': [fields.Command.clear()],
                            }
                        )
                    ],
                }
            )
            .id
        )

    # === Reservation ===

    def test_free_reservation_by_the_warehouse(self):
        before = self._available()
        order = self._sale()
        self._hold()
        picking = self._shippable(order)
        self.assertEqual(self._available(), before - 10)
        picking.action_free_reservation()
        self.assertEqual((self._available(), order.credit_state), (before, 'hold'))
        # The scheduler and arriving goods take nothing back; a person who asks for it does.
        self.env['stock.rule']._run_scheduler_tasks(company_id=self.company.id)
        self.assertEqual(self._available(), before)
        with self.env.cr.savepoint() as savepoint:
            picking.action_assign()
            self.assertEqual(self._available(), before - 10)
            savepoint.rollback()
        self.env.invalidate_all()
        order.credit_decision_ids.with_user(self.controller).action_release("Fine")
        self.assertEqual(self._available(), before - 10)
        self.assertFalse(picking.credit_unreserved)
        self._ship(order)
        self.assertEqual(picking.state, 'done')

    def test_free_reservation_from_the_queue(self):
        before = self._available()
        self.warehouse.delivery_steps = 'pick_ship'
        orders = self._sale() | self._sale()
        self._hold()
        for order in orders:
            order._credit_record_hold('delivery')
        self.assertEqual(self._available(), before - 20)
        decisions = orders.credit_decision_ids
        self.assertEqual(decisions.mapped('reserved_count'), [1, 1])
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            decisions.with_user(self.viewer).action_free_reservation()
        decisions.with_user(self.controller).action_free_reservation()
        self.assertEqual(self._available(), before)
        self.assertEqual(decisions.mapped('reserved_count'), [0, 0])

    def test_only_held_orders_are_unreserved(self):
        before = self._available()
        picking = self._shippable(self._sale())
        picking.action_free_reservation()
        self.assertEqual(self._available(), before - 10)
        with self.assertRaises(AccessError):
            picking.with_user(self.seller).action_free_reservation()

    # === Screens ===

    def test_banner_and_filter(self):
        other = self.env['res.partner'].create({'name': "Other", 'is_company': True})
        order, free = self._sale(), self._sale(partner=other)
        hold = self._hold()
        picking = self._shippable(order)
        Picking = self.env['stock.picking'].with_user(self.picker)
        both = [('id', 'in', (order | free).picking_ids.ids)]
        self.assertIn("Insolvency rumour", picking.credit_panel)
        self.assertEqual(Picking.search([('credit_hold', '=', True), *both]), picking)
        self.assertEqual(Picking.search([('credit_hold', '=', False), *both]).ids, free.picking_ids.ids)
        self._ship(order)
        self.assertIn("On credit hold", picking.credit_panel)
        self.assertIn(picking, Picking.search([('credit_hold', '=', True)]))
        order.credit_decision_ids.with_user(self.controller).action_release("Fine")
        self.assertFalse(picking.credit_hold or picking.credit_panel)
        hold.with_user(self.controller).action_lift("Paid")
        self.assertFalse(Picking.search([('credit_hold', '=', True), *both]))

    def test_controller_opens_the_transfer(self):
        order, _hold = self._stopped()
        decision = order.credit_decision_ids.with_user(self.controller)
        action = decision.action_open_pickings()
        picking = self.env['stock.picking'].with_user(self.controller).search(action['domain'])
        self.assertEqual(picking.ids, order.picking_ids.ids)
        with Form(picking) as form:
            self.assertTrue(form.credit_hold)
