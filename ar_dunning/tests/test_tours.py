from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged

from .common import DunningCommon


@tagged('post_install', '-at_install')
class TestTours(DunningCommon, HttpCase):
    """Approving letters, in a real browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Date.context_today(cls.env.user)

    def _customer(self, name, amount):
        partner = self.env['res.partner'].create({'name': name, 'is_company': True})
        due = self.today - timedelta(days=40)
        self._invoice(amount, day=due - timedelta(days=30), due=due, partner_id=partner.id)
        return self.env['ar.credit.account']._for_partner(partner, self.env.company)

    def test_controller_approves_the_last_stage(self):
        account = self._customer("Dora Mill", 5000)
        for days in (25, 15):
            self._tell(fields.Date.to_string(self.today - timedelta(days=days)))
        letter = self._run(self.today).notice_ids.filtered(lambda notice: notice.credit_account_id == account)
        self.assertLetter(letter, level=3, state='proposed')
        self.start_tour(
            f'/odoo/ar.dunning.notice/{letter.id}', 'ar_dunning_controller_approves', login='aging_controller'
        )
        self.assertRecordValues(letter, [{'state': 'approved', 'approved_by': self.controller.id}])
