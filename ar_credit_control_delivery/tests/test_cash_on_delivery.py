from odoo.tests import tagged

from odoo.addons.ar_credit_control.tests.common import CreditCommon
from odoo.addons.delivery.tests.cash_on_delivery_common import CashOnDeliveryCommon


@tagged('post_install', '-at_install')
class TestCashOnDelivery(CreditCommon, CashOnDeliveryCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cod_provider.sudo().company_id = cls.company
        cls.enable_post_process_patcher = False

    def _transaction(self, order):
        return self._create_transaction(
            flow='direct',
            sale_order_ids=[order.id],
            state='pending',
            amount=order.amount_total,
            currency_id=order.currency_id.id,
            partner_id=order.partner_id.id,
            provider_id=self.cod_provider.id,
            payment_method_id=self.cod_provider.payment_method_ids.id,
            reference=order.name,
        )

    def test_refused_order_waits_and_the_transaction_is_processed(self):
        self.account.credit_limit = 99
        order = self._order(100)
        tx = self._transaction(order)
        tx._post_process()
        self.assertEqual((order.state, order.credit_state), ('sent', 'hold'))
        self.assertTrue(tx.is_post_processed)
        self.assertEqual(order.credit_decision_ids.origin, 'payment')
        order.credit_decision_ids.with_user(self.controller).action_release("Pays the driver")
        self.assertEqual(order.state, 'sale')

    def test_job_goes_on(self):
        self.account.credit_limit = 100
        held, good = self._order(101), self._order(100)
        txs = self._transaction(held) | self._transaction(good)
        txs._post_process()
        self.assertEqual(txs.mapped('is_post_processed'), [True, True])
        self.assertEqual((held.credit_state, good.state), ('hold', 'sale'))
