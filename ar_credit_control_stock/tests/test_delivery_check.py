from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import DeliveryCommon
from odoo.addons.ar_credit_control.exceptions import CreditHold


@tagged('post_install', '-at_install')
class TestDeliveryCheck(DeliveryCommon):
    """Goods of a held order leave by no path, and everything else moves as ever."""

    def assertStays(self, order, ship):
        """Nothing of the order may leave, whether ``ship`` raises or records the hold."""
        pickings, before = order.picking_ids, self._with_customers()
        try:
            with self.env.cr.savepoint():
                ship()
        except CreditHold as hold:
            self.assertIn(order.id, hold.order_ids)
        self.env.invalidate_all()
        self.assertNotIn('done', (pickings | order.picking_ids).mapped('state'))
        self.assertEqual(sum(order.order_line.mapped('qty_delivered')), 0)
        self.assertEqual(self._with_customers(), before)

    def _with_customers(self):
        return sum(
            self.env['stock.quant']
            .search([('product_id', '=', self.pump.id), ('location_id.usage', '=', 'customer')])
            .mapped('quantity')
        )

    def _paths(self, order):
        picking = self._shippable(order)
        moves = picking.move_ids

        def by_quantities():
            moves.write({'quantity': 3, 'picked': True})
            picking._action_done()

        def backorder_wizard():
            moves.write({'quantity': 3, 'picked': True})
            self.env['stock.backorder.confirmation'].with_user(self.picker).with_context(
                button_validate_picking_ids=picking.ids, default_pick_ids=[(6, 0, picking.ids)]
            ).create({}).process()

        def no_backorder():
            moves.write({'quantity': 3, 'picked': True})
            self.env['stock.backorder.confirmation'].with_user(self.picker).with_context(
                button_validate_picking_ids=picking.ids, default_pick_ids=[(6, 0, picking.ids)]
            ).create({}).process_cancel_backorder()

        def all_picked(ship):
            def do():
                moves.picked = True
                ship()

            return do

        return {
            'button': picking.button_validate,
            'button, no backorder asked': picking.with_context(skip_backorder=True).button_validate,
            'button, without sanity check': picking.with_context(
                skip_sanity_check=True, skip_backorder=True
            ).button_validate,
            'action_done of the picking': all_picked(picking._action_done),
            'action_done of the moves': all_picked(moves._action_done),
            'action_done as superuser': all_picked(moves.sudo()._action_done),
            'quantities and action_done': by_quantities,
            'backorder wizard': backorder_wizard,
            'wizard without backorder': no_backorder,
            'state written': lambda: moves.write({'state': 'done'}),
            'unlinked from the order line': lambda: (
                moves.write({'sale_line_id': False, 'picked': True}),
                moves._action_done(),
            ),
        }

    def test_no_path_is_open(self):
        order = self._sale()
        self._hold()
        for name, ship in self._paths(order).items():
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                self.assertStays(order, ship)
                savepoint.rollback()
            self.env.invalidate_all()

    def test_every_path_is_open_without_a_hold(self):
        order = self._sale()
        picking = order.picking_ids
        for name, ship in self._paths(order).items():
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                ship()
                self.assertEqual(picking.state, 'done', name)
                savepoint.rollback()
            self.env.invalidate_all()

    def test_refusal_names_who_and_why(self):
        self.company.ar_credit_responsible_id = self.controller
        order = self._sale()
        self._hold()
        moves = self._shippable(order).move_ids
        moves.picked = True
        with self.assertRaises(CreditHold) as caught:
            moves._action_done()
        for word in (order.name, self.customer.name, "Customer is on hold", self.controller.name):
            self.assertIn(word, str(caught.exception))

    def test_done_delivery_is_not_raised(self):
        order = self._sale()
        self._ship(order)
        self._hold()
        picking = order.picking_ids.with_user(self.picker)
        picking.is_locked = False
        for raise_it in (
            lambda: picking.move_ids.write({'quantity': 12}),
            lambda: picking.move_ids.move_line_ids.write({'quantity': 12}),
            lambda: picking.move_ids.move_line_ids.copy({'quantity': 2}),
            lambda: self.env['stock.move.line']
            .with_user(self.picker)
            .create(
                {
                    'picking_id': picking.id,
                    'product_id': self.pump.id,
                    'quantity': 2,
                    'location_id': picking.location_id.id,
                    'location_dest_id': picking.location_dest_id.id,
                }
            ),
        ):
            with self.assertRaises(CreditHold), self.env.cr.savepoint():
                raise_it()
            self.env.invalidate_all()
        picking.move_ids.quantity = 9
        self.assertEqual(order.order_line.qty_delivered, 9)

    def test_more_than_ordered_is_checked(self):
        order = self._sale(10)
        self.account.credit_limit = 100
        moves = self._shippable(order).move_ids
        moves.write({'quantity': 11, 'picked': True})
        with self.assertRaises(CreditHold), self.env.cr.savepoint():
            self._shippable(order).button_validate()
        self.env.invalidate_all()
        self.assertFalse(order.credit_decision_ids)
        self.account.credit_limit = 110
        self._shippable(order).move_ids.write({'quantity': 11, 'picked': True})
        self.assertTrue(self._shippable(order).button_validate())
        self.assertEqual(order.order_line.qty_delivered, 11)

    def test_mixed_batch(self):
        other = self.env['res.partner'].create({'name': "Other", 'is_company': True})
        held, free = self._sale(), self._sale(partner=other)
        self._hold()
        result = (held.picking_ids | free.picking_ids).with_user(self.picker).button_validate()
        self.assertEqual((held.picking_ids.state, free.picking_ids.state), ('assigned', 'done'))
        self.assertEqual(result['params']['title'], "Credit hold")
        self.assertIn(held.picking_ids.name, result['params']['message'])
        self.assertEqual((held.credit_state, free.credit_state), ('hold', 'ok'))

    def test_mixed_batch_still_asks_about_the_backorder(self):
        other = self.env['res.partner'].create({'name': "Other", 'is_company': True})
        held, free = self._sale(), self._sale(partner=other)
        self._hold()
        free.picking_ids.move_ids.quantity = 4
        result = (held.picking_ids | free.picking_ids).with_user(self.picker).button_validate()
        wizard = result['params']['next']
        self.assertEqual(wizard['res_model'], 'stock.backorder.confirmation')
        self.env['stock.backorder.confirmation'].with_user(self.picker).with_context(
            **wizard['context']
        ).create({}).process()
        self.assertEqual(held.picking_ids.state, 'assigned')
        self.assertEqual(free.order_line.qty_delivered, 4)

    def test_batch_transfer(self):
        if 'stock.picking.batch' not in self.env:
            self.skipTest("batch transfers are not installed")
        other = self.env['res.partner'].create({'name': "Other", 'is_company': True})
        held, free = self._sale(), self._sale(partner=other)
        self._hold()
        batch = (
            self.env['stock.picking.batch']
            .with_user(self.picker)
            .create({'picking_ids': (held.picking_ids | free.picking_ids).ids, 'company_id': self.company.id})
        )
        batch.action_confirm()
        batch.action_done()
        self.assertEqual((held.picking_ids.state, free.picking_ids.state), ('assigned', 'done'))

    def test_components_of_a_kit_are_stopped(self):
        if 'mrp.bom' not in self.env or 'bom_line_id' not in self.env['stock.move']._fields:
            self.skipTest("kits are not installed")
        kit = self.env['product.product'].create(
            {'name': "Pump set", 'type': 'consu', 'invoice_policy': 'delivery', 'taxes_id': [Command.clear()]}
        )
        self.env['mrp.bom'].create(
            {
                'product_tmpl_id': kit.product_tmpl_id.id,
                'type': 'phantom',
                'bom_line_ids': [Command.create({'product_id': self.pump.id, 'product_qty': 2})],
            }
        )
        order = self._sale(product=kit)
        self.assertEqual(order.picking_ids.move_ids.product_id, self.pump)
        self._hold()
        self.assertStays(order, lambda: self._ship(order))
        self.assertEqual(order.picking_ids.state, 'assigned')

    def test_dropshipped_goods_are_stopped(self):
        route = self.env.ref('stock_dropshipping.route_drop_shipping', raise_if_not_found=False)
        if not route:
            self.skipTest("dropshipping is not installed")
        supplier = self.env['res.partner'].create({'name': "Maker"})
        self.pump.write(
            {
                'route_ids': [Command.link(route.id)],
                'seller_ids': [Command.create({'partner_id': supplier.id})],
            }
        )
        order = self._sale()
        purchase = self.env['purchase.order'].search([('partner_id', '=', supplier.id)])
        purchase.button_confirm()
        picking = purchase.picking_ids.with_user(self.picker)
        self._hold()
        self.assertTrue(picking.credit_hold)
        picking.button_validate()
        self.assertEqual((picking.state, order.credit_state), ('assigned', 'hold'))

    def test_only_the_last_step_is_stopped(self):
        self.warehouse.delivery_steps = 'pick_pack_ship'
        order = self._sale()
        self._hold()
        for _step in ('pick', 'pack'):
            picking = self._shippable(order).filtered(lambda p: p.state == 'assigned')
            self.assertFalse(picking.credit_hold)
            picking.button_validate()
            self.assertEqual(picking.state, 'done')
        ship = self._shippable(order)
        self.assertEqual(
            (ship.location_dest_id.usage, ship.state, ship.credit_hold), ('customer', 'assigned', True)
        )
        ship.button_validate()
        self.assertEqual((ship.state, order.credit_state), ('assigned', 'hold'))

    def test_backorder_is_stopped(self):
        order = self._sale()
        self._shippable(order).move_ids.quantity = 4
        self._ship(order)
        self.assertEqual(order.order_line.qty_delivered, 4)
        self._hold()
        self._ship(order)
        self.assertEqual(order.order_line.qty_delivered, 4)
        self.assertEqual(order.credit_state, 'hold')

    def test_returns_and_internal_transfers_pass(self):
        order = self._sale()
        self._ship(order)
        self._hold()
        delivery = order.picking_ids
        wizard = (
            self.env['stock.return.picking']
            .with_user(self.picker)
            .with_context(active_id=delivery.id, active_ids=delivery.ids, active_model='stock.picking')
            .create({})
        )
        wizard.product_return_moves.quantity = 4
        back = (
            self.env['stock.picking'].with_user(self.picker).browse(wizard.action_create_returns()['res_id'])
        )
        back.button_validate()
        self.assertEqual((back.state, order.order_line.qty_delivered), ('done', 6))
        shelf = self.env['stock.location'].create(
            {'name': "Shelf", 'location_id': self.warehouse.lot_stock_id.id}
        )
        move = (
            self.env['stock.move']
            .with_user(self.picker)
            .create(
                {
                    'product_id': self.pump.id,
                    'product_uom_qty': 2,
                    'location_id': self.warehouse.lot_stock_id.id,
                    'location_dest_id': shelf.id,
                    'picking_type_id': self.warehouse.int_type_id.id,
                }
            )
        )
        move._action_confirm()
        move.write({'quantity': 2, 'picked': True})
        move._action_done()
        self.assertEqual(move.state, 'done')

    def test_replacement_of_returned_goods_is_stopped(self):
        order = self._sale()
        self._ship(order)
        move = order.picking_ids.move_ids
        self._hold()
        again = move.copy({'picking_id': False, 'product_uom_qty': 1})
        again._action_confirm()
        again.write({'quantity': 1, 'picked': True})
        with self.assertRaises(CreditHold), self.env.cr.savepoint():
            again.with_user(self.picker)._action_done()

    def test_paid_orders_pass(self):
        settled = self._sale()
        self.pump.invoice_policy = 'order'
        settled.order_line.invalidate_recordset()
        settled.order_line.sudo()._compute_qty_to_invoice()
        invoice = settled._create_invoices()
        invoice.action_post()
        self._hold()
        self._ship(settled)
        self.assertEqual(settled.picking_ids.state, 'assigned')
        self._pay(invoice)
        self._ship(settled)
        self.assertEqual(settled.picking_ids.state, 'done')

    def test_terms_that_ask_for_payment_first_are_no_payment(self):
        prepaid = self.env['account.payment.term'].create({'name': "Advance", 'ar_prepayment': True})
        self.account.credit_limit = 10
        order = self._sale(50, payment_term_id=prepaid.id)
        self._ship(order)
        self.assertEqual((order.state, order.picking_ids.state), ('sale', 'assigned'))
        self.pump.invoice_policy = 'order'
        order.order_line.invalidate_recordset()
        order.order_line.sudo()._compute_qty_to_invoice()
        invoice = order._create_invoices()
        invoice.action_post()
        self._pay(invoice)
        self._ship(order)
        self.assertEqual(order.picking_ids.state, 'done')

    def test_rule_that_is_off_stops_nothing(self):
        order = self._sale()
        self._hold()
        self._rule('on_hold', outcome='warn')
        self._ship(order)
        self.assertEqual(order.picking_ids.state, 'done')

    def test_what_counts_is_the_company_setting(self):
        order = self._sale(50)
        self.account.credit_limit = 100
        with self.env.cr.savepoint() as savepoint:
            self._ship(order)
            self.assertEqual(order.picking_ids.state, 'done')
            savepoint.rollback()
        self.env.invalidate_all()
        self.company.ar_delivery_check = 'full'
        self.assertStays(order, lambda: self._ship(order))
        self.assertEqual(order.credit_decision_ids.reasons, 'credit_limit')
        # The order itself is counted once: it just fits.
        self.account.credit_limit = 500
        self._ship(order)
        self.assertEqual(
            (order.picking_ids.state, order.credit_decision_ids.state), ('done', 'auto_released')
        )

    def test_full_check_of_two_orders_that_do_not_fit_together(self):
        self.company.ar_delivery_check = 'full'
        orders = self._sale(60) | self._sale(40)
        self.account.credit_limit = 90
        orders.picking_ids.with_user(self.picker).button_validate()
        self.assertEqual(orders.picking_ids.mapped('state'), ['assigned', 'assigned'])

    @mute_logger('odoo.sql_db')
    def test_other_company(self):
        other = self.setup_other_company()['company']
        self.env['ar.hold'].create(
            {
                'credit_account_id': self.env['ar.credit.account']
                .sudo()
                ._for_partner(self.customer, other)
                .id,
                'reason': "Elsewhere",
            }
        )
        order = self._sale()
        self._ship(order)
        self.assertEqual(order.picking_ids.state, 'done')
