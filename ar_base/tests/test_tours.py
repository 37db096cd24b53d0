from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.account.tests.common import AccountTestInvoicingCommon


@tagged('post_install', '-at_install')
class TestAgingTour(AccountTestInvoicingCommon, HttpCase):

    def test_aging_at_a_date(self):
        new_test_user(self.env, 'ager', groups='base.group_user,ar_base.group_controller', password='agerager',
                      company_id=self.env.company.id, lang='en_US')
        invoice = self.env['account.move'].create({
            'move_type': 'out_invoice', 'partner_id': self.partner_a.id, 'invoice_date': '2024-01-10',
            'invoice_date_due': '2024-01-31', 'invoice_payment_term_id': False,
            'invoice_line_ids': [Command.create({'name': "x", 'price_unit': 100, 'tax_ids': [Command.clear()]})]})
        invoice.action_post()
        self.env['account.payment.register'].with_context(active_model='account.move', active_ids=invoice.ids).create({
            'payment_date': '2024-02-15', 'amount': 40})._create_payments()
        self.start_tour('/odoo/ar-aging', 'ar_aging', login='ager')
