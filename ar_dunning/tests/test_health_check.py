from odoo.tests import tagged

from .common import DunningCommon
from odoo.addons.ar_base.tests.common_health import HealthCommon


@tagged('post_install', '-at_install')
class TestHealthCheck(HealthCommon, DunningCommon):
    """The lines of dunning: red by a planted fault, green after the button or in the place."""

    def test_plan(self):
        self.assertGreen('dunning_plan')
        self.plan.stage_ids[0].channel_ids.unlink()
        self.assertOpens('dunning_plan', "Test 1", "no channel", model='ar.dunning.plan')
        self.plan.active = False
        self.assertOpens('dunning_plan', "no dunning plan", model='ar.dunning.plan')

    def test_daily(self):
        self.company.ar_dunning_daily = False
        self.assertMends('dunning_daily', "only when somebody")
        self.assertTrue(self.company.ar_dunning_daily)
