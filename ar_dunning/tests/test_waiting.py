from datetime import date, timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger
from odoo.tools.safe_eval import safe_eval

from .common_sending import SendingCommon
from odoo.addons.ar_base.tests.common_health import HealthCommon


@tagged('post_install', '-at_install')
class TestWaiting(HealthCommon, SendingCommon):
    """What waits says why: on the letter, on the run, in the set-up check."""

    def _waits(self, notice):
        notice.invalidate_recordset()
        notice.run_id.invalidate_recordset()
        self.assertIn(notice.wait_text or '', notice.run_id.waits_text or '')
        return notice.wait_text

    def _failed(self):
        action = self.env['ir.actions.act_window']._for_xml_id('ar_dunning.ar_dunning_failed_action')
        return self.env['ar.dunning.notice'].search(safe_eval(action['domain']))

    def test_a_closed_day(self):
        notice = self._queued()
        self.company.ar_dunning_weekend = False
        sunday = date(2026, 11, 29)
        with patch.object(fields.Date, 'context_today', lambda *args: sunday):
            text = self._waits(notice)
            self.assertFalse(notice.run_id.is_trouble)
        self.assertIn("Closed day", text)
        self.assertIn("11/30/2026", text)

    @mute_logger('odoo.addons.ar_base.models.ar_delivery_worker_mixin')
    def test_a_mail_server_that_is_down(self):
        notice = self._queued()

        def refuse():
            raise ConnectionRefusedError

        self._work(refuse)
        self.assertEqual(notice.state, 'queued')
        text = self._waits(notice)
        self.assertIn("mail server cannot be reached", text)
        self.assertIn("Next attempt", text)
        self.assertTrue(notice.run_id.is_trouble)
        self.assertRed('waiting_letters', "mail server cannot be reached", severity='1')
        action = self.assertOpens('waiting_letters', model='ar.dunning.delivery')
        self.assertEqual(
            self.env[action['res_model']].search(safe_eval(action['domain'])), notice.delivery_ids
        )
        notice.delivery_ids.sudo()._record_facts({'next_try': False})
        self._work()
        self.assertEqual(notice.state, 'sent')
        self.assertGreen('waiting_letters')

    def test_no_sender_is_said_in_plain_words_and_fails_nothing(self):
        notice = self._queued()
        self.collector.email = False
        self.company.email = False
        self.company.partner_id.email = False
        self._work()
        self.assertEqual(notice.state, 'queued')
        self.assertIn("no sender address", self._waits(notice))
        self.company.email = 'office@example.com'
        notice.delivery_ids.sudo()._record_facts({'next_try': False})
        self._work()
        self.assertEqual(notice.state, 'sent')
        self.assertFalse(self._waits(notice))

    def test_a_job_that_does_not_run(self):
        notice = self._queued()
        self.assertIn("within minutes", self._waits(notice))
        old = fields.Datetime.now() - timedelta(hours=3)
        self.env.cr.execute(
            "UPDATE ar_dunning_delivery SET create_date = %s WHERE notice_id = %s", [old, notice.id]
        )
        notice.delivery_ids.invalidate_recordset()
        self.assertIn("has not sent it", self._waits(notice))
        self.assertTrue(notice.run_id.is_trouble)

    def test_a_call_waits_for_its_collector(self):
        self._channels('phone')
        notice = self._queued()
        self._work()
        self.assertIn("call waits for its collector", self._waits(notice))

    def test_what_waits_for_days_is_among_the_failed(self):
        notice = self._queued()
        self.assertNotIn(notice, self._failed())
        old = fields.Datetime.now() - timedelta(days=2)
        self.env.cr.execute(
            "UPDATE ar_dunning_delivery SET create_date = %s WHERE notice_id = %s", [old, notice.id]
        )
        notice.delivery_ids.invalidate_recordset()
        self.assertIn(notice, self._failed())

    def test_whom_nothing_reaches_is_seen_before_the_approval(self):
        self._invoice(100, due='2024-05-01')
        self.customer.email = False
        run = self._run('2024-06-30', self.collector)
        self.assertEqual(run.notice_ids.state, 'proposed')
        self.assertIn(self.customer.name, run.unreached_text)
        self.customer.email = 'hua@example.com'
        run.invalidate_recordset()
        run.notice_ids.invalidate_recordset()
        self.assertFalse(run.unreached_text)
