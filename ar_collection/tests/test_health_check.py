from odoo.tests import tagged

from odoo.addons.ar_base.tests.common_health import HealthCommon
from odoo.addons.ar_dunning.tests.common import DunningCommon


@tagged('post_install', '-at_install')
class TestHealthCheck(HealthCommon, DunningCommon):
    def test_the_default_collector_stands_in(self):
        self.company.ar_worklist_collector_id = False
        self.account.collector_id = False
        self._invoice(100, due='2024-01-31')
        self.assertRed('collector')
        self.company.ar_worklist_collector_id = self.collector
        self.assertGreen('collector')
        self.collector.active = False
        self.assertRed('collector')
