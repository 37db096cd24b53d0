from odoo.tests import tagged

from odoo.addons.account_payment.tests.common import AccountPaymentCommon
from odoo.addons.ar_credit_control.tests.common import CreditCommon


@tagged('post_install', '-at_install')
class TestPayOnSite(CreditCommon, AccountPaymentCommon):
    def test_refused_order_waits_and_the_transaction_is_processed(self):
        self.account.credit_limit = 99
        order = self._order(100)
        provider = self.env.ref('website_sale_collect.payment_provider_on_site').sudo()
        provider.write({'company_id': self.company.id, 'state': 'enabled'})
        tx = self._create_transaction(
            flow='direct',
            sale_order_ids=[order.id],
            state='pending',
            amount=100,
            currency_id=order.currency_id.id,
            partner_id=order.partner_id.id,
            provider_id=provider.id,
            payment_method_id=provider.payment_method_ids[:1].id,
            reference=order.name,
        )
        tx._post_process()
        self.assertEqual((order.state, order.credit_state, tx.is_post_processed), ('sent', 'hold', True))
        self.account.credit_limit = 100
        self._run_recheck()
        self.assertEqual(order.state, 'sale')
