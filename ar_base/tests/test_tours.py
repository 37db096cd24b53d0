from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.account.tests.common import AccountTestInvoicingCommon


@tagged('post_install', '-at_install')
class TestAgingTour(AccountTestInvoicingCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        new_test_user(
            cls.env,
            'ager',
            groups='base.group_user,ar_base.group_controller',
            password='agerager',
            company_id=cls.env.company.id,
            lang='en_US',
        )

    def _invoice_paid_in_part(self):
        invoice = self.env['account.move'].create(
            {
                'move_type': 'out_invoice',
                'partner_id': self.partner_a.id,
                'invoice_date': '2024-01-10',
                'invoice_date_due': '2024-01-31',
                'invoice_payment_term_id': False,
                'invoice_line_ids': [
                    Command.create({'name': "x", 'price_unit': 100, 'tax_ids': [Command.clear()]})
                ],
            }
        )
        invoice.action_post()
        self.env['account.payment.register'].with_context(
            active_model='account.move', active_ids=invoice.ids
        ).create({'payment_date': '2024-02-15', 'amount': 40})._create_payments()

    def test_aging_at_a_date(self):
        self._invoice_paid_in_part()
        self.start_tour('/odoo/ar-aging', 'ar_aging', login='ager')

    def test_frozen_and_compared(self):
        self._invoice_paid_in_part()
        self.start_tour('/odoo/ar-aging', 'ar_aging_frozen_and_compared', login='ager')


@tagged('post_install', '-at_install')
class TestFirstDayTour(AccountTestInvoicingCommon, HttpCase):
    def test_first_day(self):
        company = self.env.company
        company.write({'ar_snapshot_monthly': False, 'email': False})
        new_test_user(
            self.env,
            'firstday',
            groups='base.group_user,ar_base.group_manager',
            password='firstday',
            company_id=company.id,
            lang='en_US',
        )
        home = self.env.ref('ar_base.ar_home_action').id
        self.start_tour(f'/odoo/action-{home}', 'ar_first_day', login='firstday')
        self.assertTrue(company.ar_snapshot_monthly)
        panel = self.env.ref('ar_base.onboarding_receivables').with_company(company)
        self.assertTrue(panel.is_onboarding_closed)
