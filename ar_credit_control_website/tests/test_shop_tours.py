from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.account_payment.tests.common import AccountPaymentCommon
from odoo.addons.ar_credit_control.tests.common import CreditCommon


@tagged('post_install', '-at_install')
class TestShopTours(CreditCommon, AccountPaymentCommon, HttpCase):
    """A customer of the shop who wants to pay on delivery, in a real browser: in English, then in Chinese."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.enable_post_process_patcher = False
        cls.demo = cls._prepare_provider('demo', update_values={'is_published': True})
        cls.cod = cls.env.ref('delivery.payment_provider_cod').sudo()
        cls.cod.write({'company_id': cls.company.id, 'state': 'enabled', 'is_published': True})
        cls.env['res.lang']._activate_lang('zh_CN')
        cls.website = cls.env['website'].search([], limit=1)
        cls.website.write(
            {
                'company_id': cls.company.id,
                'language_ids': [
                    Command.set([cls.env['res.lang']._get_data(code=code).id for code in ('en_US', 'zh_CN')])
                ],
            }
        )
        cls.product.write({'type': 'consu', 'is_published': True})
        cls.env['delivery.carrier'].search([]).active = False
        carrier = cls.env['delivery.carrier'].create(
            {
                'name': "Our van",
                'product_id': cls.env['product.product']
                .create({'name': "Delivery", 'type': 'service', 'list_price': 0})
                .id,
                'company_id': cls.company.id,
                'allow_cash_on_delivery': True,
                'is_published': True,
            }
        )
        cls.customer.property_delivery_carrier_id = carrier
        address = {
            'street': "Rue de la Loi 1",
            'city': "Bruxelles",
            'zip': '1000',
            'country_id': cls.env.ref('base.be').id,
            'phone': '+32 2 000 00 00',
        }
        cls.customer.write(address)
        cls.contact.write({**address, 'email': 'li@example.com'})
        cls.buyer = new_test_user(
            cls.env, 'buyer', 'base.group_portal', company_id=cls.company.id, partner_id=cls.contact.id
        )
        cls.account.credit_limit = 99

    def setUp(self):
        super().setUp()
        if not self.demo:
            self.skipTest("The customer pays by Odoo's demo provider: payment_demo is not installed")

    def test_held_customer_is_offered_to_pay_now(self):
        for lang, prefix in (('en_US', ''), ('zh_CN', '/zh_CN')):
            self.buyer.lang = lang
            with self.subTest(lang=lang):
                before = self.env['sale.order'].search([])
                self.start_tour(
                    f'{prefix}{self.product.website_url}', 'ar_credit_shop_pays_now', login=self.buyer.login
                )
                self.env.invalidate_all()
                order = self.env['sale.order'].search([]) - before
                self.assertRecordValues(order, [{'state': 'sale', 'amount_total': 100}])
                self.assertRecordValues(
                    order.credit_decision_ids, [{'state': 'auto_released', 'origin': 'payment'}]
                )
                self.assertEqual(order.transaction_ids.mapped('provider_id'), self.cod | self.demo)

    def test_waiting_order_is_not_paid_later(self):
        order = self._order(
            100, website_id=self.website.id, carrier_id=self.customer.property_delivery_carrier_id.id
        )

        def offered():
            return (
                self.env['payment.provider']
                .sudo()
                ._get_compatible_providers(self.company.id, self.contact.id, 100, sale_order_id=order.id)
            )

        self.assertLessEqual(self.cod | self.demo, offered())
        order.with_user(self.seller).action_confirm_with_credit()
        self.assertEqual(order.credit_state, 'hold')
        self.assertNotIn(self.cod, offered())
        self.assertIn(self.demo, offered())
