"""The first day in a new database without demo: administrator, seller, collector, accountants, customer."""

import email
import email.policy
import re
from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller

from odoo import fields
from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged

from .tours import counted, sources
from odoo.addons.base.models.ir_mail_server import IrMail_Server

PORT = 10250
# What each first takes at most: (clicks, fields). A way that becomes longer is seen here.
AT_MOST = {
    'administrator': (7, 4),
    'first held order': (5, 2),
    'first letter': (5, 0),
    'first posted provision': (8, 1),
    'first payment of a customer': (3, 1),
}
WAYS = {
    'administrator': ['ar_day_administrator'],
    'first held order': ['ar_day_seller'],
    'first letter': ['ar_day_collector'],
    'first posted provision': ['ar_day_accountant_policy', 'ar_day_accountant_run', 'ar_day_approver'],
    'first payment of a customer': ['ar_day_customer'],
}


class Inbox:
    """A real SMTP server that keeps what it takes."""

    def __init__(self):
        self.mails = []

    async def handle_DATA(self, server, session, envelope):
        self.mails.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        return '250 OK'


@pytest.mark.slow
@tagged('post_install', '-at_install')
class TestFirstDay(HttpCase):
    """What is created here by program: users, a product, a customer with an old invoice."""

    test_cursor_lock_timeout = 120  # the first page waits for the assets, which a busy machine makes slowly

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.ref('base.main_company')
        cls.env = cls.env(context={**cls.env.context, 'lang': 'en_US'})
        cls.admin = cls.env.ref('base.user_admin')
        cls.admin.write(
            {'group_ids': [Command.link(cls.env.ref('ar_base.group_manager').id)], 'lang': 'en_US'}
        )
        for login, groups in (
            ('dayseller', 'sales_team.group_sale_salesman,ar_base.group_viewer'),
            ('daycollector', 'ar_base.group_collector'),
            # The chart lacks accounts of the allowance: who creates them administers accounting.
            ('dayaccountant', 'ar_base.group_accountant,account.group_account_manager'),
            ('dayapprover', 'ar_base.group_accountant'),
        ):
            new_test_user(
                cls.env,
                login,
                groups=f'base.group_user,{groups}',
                password=login,
                email=f'{login}@example.com',
                company_id=cls.company.id,
                lang='en_US',
            )
        cls.company.ar_dunning_weekend = True
        cls.customer = cls.env['res.partner'].create(
            {'name': "First Mill", 'is_company': True, 'email': 'pay@mill.example.com'}
        )
        cls.env['product.product'].create({'name': "Lamp", 'list_price': 5000, 'taxes_id': False})
        provider = cls.env['payment.provider'].search([('code', '=', 'demo')], limit=1)
        provider.write({'state': 'test', 'is_published': True})
        provider.payment_method_ids.filtered(lambda method: method.code == 'demo').active = True

    def _invoice(self):
        due = fields.Date.context_today(self.customer) - timedelta(days=100)
        invoice = self.env['account.move'].create(
            {
                'move_type': 'out_invoice',
                'partner_id': self.customer.id,
                'invoice_date': due,
                'invoice_date_due': due,
                'invoice_payment_term_id': False,
                'invoice_line_ids': [
                    Command.create({'name': "Lamps", 'price_unit': 2000, 'tax_ids': [Command.clear()]})
                ],
            }
        )
        invoice.action_post()
        return invoice

    def _mailed(self):
        """Let the job send by SMTP what waits, and return the mails that arrived."""
        inbox = Inbox()
        controller = Controller(inbox, hostname='127.0.0.1', port=PORT)
        controller.start()
        try:
            self.env.flush_all()
            self.patch(IrMail_Server, '_disable_send', lambda server: False)
            with self.enter_registry_test_mode():
                self.env.ref('ar_dunning.ir_cron_send').method_direct_trigger()
        finally:
            controller.stop()
        self.env.invalidate_all()
        return inbox.mails

    def test_first_day(self):
        home = self.env.ref('ar_base.ar_home_action').id
        self.start_tour(f'/odoo/action-{home}', 'ar_day_administrator', login='admin')
        self.assertEqual(self.company.email, 'office@example.com')

        self.start_tour(
            '/odoo/action-sale.action_quotations_with_onboarding', 'ar_day_seller', login='dayseller'
        )
        order = self.env['sale.order'].search([('partner_id', '=', self.customer.id)])
        self.assertRecordValues(order, [{'state': 'draft', 'credit_state': 'hold'}])

        invoice = self._invoice()
        self.start_tour('/odoo/dunning-runs', 'ar_day_collector', login='daycollector')
        [mail] = self._mailed()
        self.assertIn('pay@mill.example.com', mail['To'])
        letter = self.env['ar.dunning.notice'].search([('partner_id', '=', self.customer.id)])
        self.assertEqual(letter.state, 'sent')

        self.start_tour('/odoo/ar-provision-policies', 'ar_day_accountant_policy', login='dayaccountant')
        self.start_tour('/odoo/ar-provision', 'ar_day_accountant_run', login='dayaccountant')
        run = self.env['ar.provision.run'].search([('company_id', '=', self.company.id)])
        self.start_tour(f'/odoo/ar-provision/{run.id}', 'ar_day_approver', login='dayapprover')
        self.env.invalidate_all()  # the browser's requests wrote it
        self.assertEqual(run.state, 'posted')
        self.assertGreater(run.adjustment, 0)
        self.assertEqual(run.move_ids.mapped('state'), ['posted'])

        html = mail.get_body(('html',)).get_content()
        [link] = set(re.findall(r'(/my/receivables/letters/\d+\?access_token=[\w-]+)', html))
        self.browser_size, self.touch_enabled = '390x844', True
        self.authenticate(None, None)
        self.start_tour(link, 'ar_day_customer')
        self.assertEqual(invoice.amount_residual, 0)

    def test_clicks(self):
        """Count what the tours click and fill in, and print it."""
        tours = {name for name in sources() if name.startswith('ar_day_')}
        for way, names in WAYS.items():
            found = counted(names)
            print(f"{way}: {found[0]} clicks, {found[1]} fields")
            self.assertLessEqual(found, AT_MOST[way])
            tours -= set(names)
        self.assertFalse(tours, "every tour of the day is counted")
