from odoo.tests import tagged

from .common import DunningCommon


@tagged('post_install', '-at_install')
class TestSending(DunningCommon):

    def test_smoke(self):
        self._invoice(100, due='2024-05-01')
        run = self._run('2024-06-30', self.controller)
        run.action_approve()
        run.action_send()
        with self.enter_registry_test_mode():
            self.env.ref('ar_dunning.ir_cron_send').method_direct_trigger()
        delivery = run.notice_ids.delivery_ids
        print(delivery.read())
        self.assertEqual(delivery.state, 'sent')
        self.assertEqual(run.notice_ids.state, 'sent')
