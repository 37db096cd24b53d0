from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged

from odoo.addons.ar_dunning.tests.common import DunningCommon


@tagged('post_install', '-at_install')
class TestTours(DunningCommon, HttpCase):
    """The collector's day, in a real browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Date.context_today(cls.env.user)
        first = cls.plan.stage_ids.sorted('level')[0]
        first.call_script = "<p>Ask for a date and an amount.</p>"

    def _customer(self, name, amount):
        partner = self.env['res.partner'].create({'name': name, 'is_company': True})
        due = self.today - timedelta(days=40)
        self._invoice(amount, day=due - timedelta(days=30), due=due, partner_id=partner.id)
        return self.env['ar.credit.account']._for_partner(partner, self.env.company)

    def test_collector_day(self):
        anna, bert, carl = (
            self._customer(f"{name} Mill", amount)
            for name, amount in (("Anna", 90000), ("Bert", 80000), ("Carl", 70000))
        )
        self.start_tour('/odoo/ar-worklist', 'ar_collection_collector_day', login='aging_collector')
        self.assertRecordValues(
            anna.contact_log_ids,
            [
                {
                    'outcome': 'will_check',
                    'text': "Looks for the delivery note",
                    'kind': 'call',
                    'user_id': self.collector.id,
                }
            ],
        )
        self.assertEqual(anna.activity_ids.summary, "Ask again")
        self.assertEqual(bert.dunning_block_ids.reason, "Payment run on Friday")
        self.assertRecordValues(
            carl.dunning_notice_ids, [{'state': 'approved', 'approved_by': self.collector.id, 'level': 1}]
        )
