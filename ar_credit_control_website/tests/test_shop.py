from odoo.http import root
from odoo.tests import HttpCase, tagged

from odoo.addons.account_payment.tests.common import AccountPaymentCommon
from odoo.addons.ar_credit_control.tests.common import CreditCommon


@tagged('post_install', '-at_install')
class TestShop(CreditCommon, AccountPaymentCommon, HttpCase):
    """A customer of the shop who wants to pay on delivery, and may not without a decision."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account.credit_limit = 99
        cls.website = cls.env['website'].create({'name': "Pumps", 'company_id': cls.company.id})
        cls.order = cls._order(100, website_id=cls.website.id, require_payment=False, require_signature=False)

    def test_refused_order_may_be_paid_instead(self):
        cod = self.env.ref('delivery.payment_provider_cod').sudo()
        cod.write({'company_id': self.company.id, 'state': 'enabled'})
        tx = self._create_transaction(
            flow='direct',
            sale_order_ids=[self.order.id],
            state='pending',
            amount=100,
            currency_id=self.order.currency_id.id,
            partner_id=self.customer.id,
            provider_id=cod.id,
            payment_method_id=cod.payment_method_ids[:1].id,
            reference=self.order.name,
        )
        tx._post_process()
        self.assertEqual((self.order.state, self.order.credit_state), ('sent', 'hold'))
        self.assertTrue(self.order._credit_may_pay_now())
        paid = self._create_transaction(
            flow='direct',
            sale_order_ids=[self.order.id],
            amount=100,
            currency_id=self.order.currency_id.id,
            partner_id=self.customer.id,
            reference=f'{self.order.name}-1',
        )
        paid._set_done()
        paid._post_process()
        self.assertEqual((self.order.state, self.order.credit_decision_ids.state), ('sale', 'auto_released'))

    def test_customer_reads_that_the_order_is_reviewed(self):
        self.order.with_user(self.seller).action_confirm_with_credit()
        self.assertTrue(self.order.require_payment)
        session = self.authenticate(None, None)
        session['sale_last_order_id'] = self.order.id
        root.session_store.save(session)
        page = self.url_open('/shop/confirmation').text
        self.assertIn("We are reviewing it and will get back to you.", page)
        self.assertIn('name="credit_pay_now"', page)
        for word in ("credit hold", "credit limit", "overdue"):
            self.assertNotIn(word, page.lower())
