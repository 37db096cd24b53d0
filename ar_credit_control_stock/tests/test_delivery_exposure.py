from odoo.tests import tagged

from .common import DeliveryCommon


@tagged('post_install', '-at_install')
class TestDeliveryExposure(DeliveryCommon):
    """From order to invoice each amount is counted once; and what was delivered is always invoiced."""

    def assertExposure(self, **expected):
        self.account.invalidate_recordset()
        self.assertRecordValues(
            self.account,
            [
                {
                    'open_orders': 0,
                    'delivered_not_invoiced': 0,
                    'draft_invoices': 0,
                    'open_items': 0,
                    **expected,
                }
            ],
        )
        self.assertEqual(self.account.exposure, sum(expected.values()))

    def test_nothing_counts_twice(self):
        order = self._sale(10)
        self.assertExposure(open_orders=100)
        self._shippable(order).move_ids.quantity = 4
        self._ship(order)
        self.assertExposure(open_orders=60, delivered_not_invoiced=40)
        invoice = order._create_invoices()
        self.assertExposure(open_orders=60, draft_invoices=40)
        invoice.action_post()
        self.assertExposure(open_orders=60, open_items=40)
        self._ship(order)
        self.assertExposure(delivered_not_invoiced=60, open_items=40)
        order._create_invoices().action_post()
        self.assertExposure(open_items=100)

    def test_return_lowers_what_was_delivered(self):
        order = self._sale(10)
        self._ship(order)
        delivery = order.picking_ids
        wizard = (
            self.env['stock.return.picking']
            .with_context(active_id=delivery.id, active_ids=delivery.ids, active_model='stock.picking')
            .create({})
        )
        wizard.product_return_moves.quantity = 4
        self.env['stock.picking'].browse(wizard.action_create_returns()['res_id']).button_validate()
        self.account.invalidate_recordset()
        self.assertEqual(self.account.delivered_not_invoiced, 60)

    def test_delivered_goods_of_a_held_order_are_invoiced(self):
        self.company.ar_delivery_check = 'full'
        order = self._sale(10)
        self._shippable(order).move_ids.quantity = 4
        self._ship(order)
        self.account.credit_limit = 0
        self._hold()
        self._ship(order)
        self.assertEqual(order.credit_state, 'hold')
        invoice = order._create_invoices()
        invoice.action_post()
        self.assertEqual((invoice.state, invoice.amount_total, order.credit_state), ('posted', 40, 'hold'))
        order.credit_decision_ids.with_user(self.controller).action_reject("No more")
        self.assertEqual(order.credit_state, 'rejected')
        self._pay(invoice)
        self.assertFalse(invoice.amount_residual)
