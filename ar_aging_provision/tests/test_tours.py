from datetime import date

from odoo import fields
from odoo.tests import HttpCase, tagged

from .common import AS_OF, ProvisionCommon


@tagged('post_install', '-at_install')
class TestTours(ProvisionCommon, HttpCase):
    """The accountant and the approver, in a real browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._invoice(1000)
        cls._invoice(200, due='2024-06-20')
        cls._invoice(300, due='2024-03-01')

    def test_new_version_of_the_policy(self):
        self.start_tour('/odoo/ar-provision-policies', 'ar_provision_policy', login='provaccountant')
        version = self.env['ar.provision.policy'].search([('previous_id', '=', self.policy.id)])
        self.assertRecordValues(
            version, [{'state': 'confirmed', 'date_from': date(2025, 1, 1), 'name': "Policy 2025"}]
        )
        self.assertEqual(version.rate_ids.mapped('rate'), [0.03, 0.04, 0.6])
        self.assertEqual(self.policy.rate_ids.mapped('rate'), [0.01, 0.05, 0.5])

    def test_compute_override_approve_post_reverse(self):
        self._run('2024-05-31')
        self.start_tour('/odoo/ar-provision', 'ar_provision_accountant', login='provaccountant')
        run = self.env['ar.provision.run'].search(
            [('as_of', '=', AS_OF), ('company_id', '=', self.company.id)]
        )
        self.assertEqual((run.state, run.required), ('computed', 200))
        self.start_tour(f'/odoo/ar-provision/{run.id}', 'ar_provision_approver', login='provapprover')
        self.assertRecordValues(
            run, [{'state': 'reversed', 'reverse_reason': "Wrong rates", 'approved_by_id': self.approver.id}]
        )
        self.assertEqual(self._allowance(), 162, "as the run before left it")

    def test_write_off_recovery_and_rollforward(self):
        self._run()
        self.start_tour('/odoo/ar-write-offs', 'ar_provision_write_off', login='provaccountant')
        self.assertEqual(self._allowance(fields.Date.context_today(self.env.user)), 90)
        self.start_tour('/odoo/ar-rollforward', 'ar_provision_rollforward', login='provaccountant')
