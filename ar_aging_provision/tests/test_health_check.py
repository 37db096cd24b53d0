from odoo.tests import tagged

from .common import ProvisionCommon
from odoo.addons.ar_base.tests.common_health import HealthCommon


@tagged('post_install', '-at_install')
class TestHealthCheck(HealthCommon, ProvisionCommon):
    """The lines of the allowance: red by a planted fault, green after it is mended in its place."""

    def test_policy_in_force(self):
        self.policy.action_reset()
        self.assertOpens('provision_policy', "no provision policy", model='ar.provision.policy')
        self.policy.action_confirm()
        self.assertGreen('provision_policy')

    def test_policy_of_zeros(self):
        self.policy.action_reset()
        self.policy.rate_ids.rate = 0
        self.policy.action_confirm()
        self.assertOpens('provision_policy', "Every rate is zero", model='ar.provision.policy')
        self.policy.action_reset()
        for rate, value in zip(self.policy.rate_ids, (0.01, 0.05, 0.5), strict=True):
            rate.rate = value
        self.policy.action_confirm()
        self.assertGreen('provision_policy')

    def test_second_accountant(self):
        self.assertGreen('provision_people')
        everybody = self.company._ar_people('ar_base.group_accountant')
        (everybody - self.manager - self.env.user).active = False
        me = self.env.user.sudo()
        me.group_ids -= self.env.ref('ar_base.group_manager') | self.env.ref('ar_base.group_accountant')
        self.assertRed('provision_people', self.manager.name, "second user")
        self.accountant.active = True
        self.assertGreen('provision_people')
