import re
from urllib.parse import urlsplit

from odoo.tests import HttpCase, tagged

from .common import CreditCommon
from odoo.addons.mail.tests.common import MailCase


@tagged('post_install', '-at_install')
class TestTours(CreditCommon, MailCase, HttpCase):
    """The people of the house, in a real browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env['res.lang']._activate_lang('zh_CN')
        cls.biller = cls._user(
            'biller', 'sales_team.group_sale_salesman,ar_base.group_viewer,account.group_account_invoice'
        )
        cls.invoice = cls._invoice(80, overdue=3)
        cls.account.credit_limit = 100

    def _url(self, record, action):
        return f'/odoo/{action}/{record.id}'

    def test_seller_controller_and_payment(self):
        order = self._order(150, user=self.viewer)
        url = self._url(order, 'action-sale.action_quotations')
        self.start_tour(url, 'ar_credit_seller_held', login='viewer')
        self.assertEqual((order.state, order.credit_state), ('draft', 'hold'))
        self.start_tour('/odoo/ar-hold-queue', 'ar_credit_controller_releases', login='controller')
        self.assertEqual((order.state, order.credit_state), ('sale', 'released'))

        self.account.credit_limit = 250
        second = self._order(100, user=self.biller)
        second.with_user(self.biller).action_confirm_with_credit()
        self.assertEqual(second.credit_state, 'hold')
        self.start_tour(
            self._url(self.invoice, 'action-account.action_move_out_invoice_type'),
            'ar_credit_seller_registers_payment',
            login='biller',
        )
        self._run_recheck()
        self.start_tour(
            self._url(second, 'action-sale.action_quotations'),
            'ar_credit_seller_sees_order_free',
            login='biller',
        )
        self.assertEqual((second.state, second.credit_state), ('sale', 'ok'))

    def test_seller_grows_a_confirmed_order(self):
        self.account.credit_limit = 200
        order = self._order(100, user=self.viewer)
        order.with_user(self.viewer).action_confirm()
        url = self._url(order, 'action-sale.action_quotations')
        self.start_tour(url, 'ar_credit_seller_grows', login='viewer')
        self.assertEqual((order.state, order.amount_total), ('sale', 100))
        self.assertEqual(order.credit_decision_ids.mapped('order_amount'), [900])

    def test_seller_reads_it_in_chinese(self):
        self.viewer.lang = 'zh_CN'
        order = self._order(150, user=self.viewer)
        self.start_tour(
            self._url(order, 'action-sale.action_quotations'), 'ar_credit_seller_held_zh', login='viewer'
        )

    def test_mail_leads_to_the_decision(self):
        order = self._order(150)
        with self.mock_mail_gateway():
            order.with_user(self.seller).action_confirm_with_credit()
            self.env.flush_all()
            self.env.ref('ar_credit_control.ir_cron_mail_deciders').method_direct_trigger()
        [mail] = [mail for mail in self._new_mails if self.controller.partner_id in mail.recipient_ids]
        link = re.search(r'href="([^"]*/mail/view[^"]*)"', mail.body_html).group(1).replace('&amp;', '&')
        self.assertIn(f'res_id={order.credit_decision_ids.id}', link)
        self.start_tour(
            urlsplit(link)._replace(scheme='', netloc='').geturl(), 'ar_credit_mail_link', login='controller'
        )
        self.assertEqual((order.state, order.credit_state), ('draft', 'rejected'))

    def test_controller_asks_and_manager_approves(self):
        self.start_tour('/odoo/ar-credit-files', 'ar_credit_controller_file', login='controller')
        change = self.account.change_ids.sorted('id')[-1:]
        self.assertEqual(
            (change.state, change.requested_by, self.account.credit_limit),
            ('submitted', self.controller, 100),
        )
        self.start_tour('/odoo/ar-credit-changes', 'ar_credit_manager', login='armanager')
        self.assertEqual((change.state, self.account.credit_limit), ('applied', 500))
