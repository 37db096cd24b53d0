from odoo.fields import Command
from odoo.tests import tagged

from .common import DunningCommon


@tagged('post_install', '-at_install')
class TestAddress(DunningCommon):
    """A letter that no channel would deliver says so before it is approved."""

    def test_no_channel_reaches_the_customer(self):
        self.customer.email = False
        self._invoice(100, due='2024-05-01')
        letter = self._run('2024-06-30').notice_ids.with_user(self.collector)
        self.assertIn("has no e-mail address", letter.address_problem)
        self.customer.write({'street': "Nanjing Road 1", 'city': "Shanghai"})
        letter.invalidate_recordset()
        self.assertTrue(letter.address_problem, "the stage knows mail only")
        self.plan.stage_ids[0].channel_ids = [Command.create({'channel': 'letter'})]
        letter.invalidate_recordset()
        self.assertFalse(letter.address_problem)
