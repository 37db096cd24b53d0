from odoo.tests import tagged

from .common import CustomerCommon
from odoo.addons.ar_base.tests.common_health import HealthCommon


@tagged('post_install', '-at_install')
class TestHealthCheck(HealthCommon, CustomerCommon):
    """The lines of statements and payment, and a run whose mails wait."""

    def test_payment_provider(self):
        providers = self.env['payment.provider'].sudo().search([])
        providers.filtered(lambda p: p.company_id == self.company).state = 'disabled'
        self.assertRed('payment_provider', "cannot pay", "Ask an administrator")
        provider = providers.create({'name': "Bank", 'company_id': self.company.id, 'state': 'test'})
        self.assertRed('payment_provider', "test payments only")
        provider.state = 'enabled'
        self.assertGreen('payment_provider')

    def test_a_statement_that_waits_says_why(self):
        self._invoice(100, due='2024-01-31')
        run = self.env['ar.statement.run'].create({'as_of': '2024-06-30', 'user_id': self.accountant.id})
        run.action_prepare()
        run.action_send()
        self.assertEqual(run.state, 'sending')
        self.assertIn("within minutes", run.waits_text)
        self.assertFalse(run.is_trouble)
        queued = self.env['ar.delivery'].search(
            [('state', '=', 'queued'), ('res_model', '=', 'ar.statement.line')]
        )
        queued.sudo()._put_off("The mail server cannot be reached: x")
        run.invalidate_recordset()
        self.assertIn("cannot be reached", run.waits_text)
        self.assertTrue(run.is_trouble)
        found = self.assertOpens('waiting_mail', "cannot be reached", model='ar.delivery')
        self.assertTrue(found['domain'])
        queued.sudo()._record_facts({'next_try': False})
        self._run_job('ar_base.ir_cron_deliver')
        self.assertGreen('waiting_mail')
