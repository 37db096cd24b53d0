from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.ar_cockpit.tests.common import OverviewCommon
from odoo.addons.ar_credit_control.tests.common import CreditCommon


@tagged('post_install', '-at_install')
class TestOverviewTiles(OverviewCommon, CreditCommon):
    """What each addon says on the first page is what its lists hold, for each role."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account.write({'credit_limit': 1000, 'grade_id': cls.env.ref('ar_base.grade_c').id})

    def _promise(self, invoice):
        self.env['ar.promise']._note(
            self.account,
            invoice._ar_instalments(),
            [(self.env['ar.overview']._today(), 100)],
        )

    def test_orders_on_hold(self):
        self._order(5000, user=self.viewer).action_confirm_with_credit()
        self._order(7000).action_confirm_with_credit()
        tiles = self._tiles(self.controller)
        self.assertEqual(tiles['holds']['value'], 2)
        value, oldest, mine = tiles['holds']['lines']
        self.assertEqual((value['value'], mine['value']), (12000, 2))
        self.assertTrue(oldest['value'])
        self.assertCounts(self.controller, tiles)
        own = self._tiles(self.viewer)
        self.assertEqual((own['holds']['value'], own['holds']['lines'][0]['value']), (1, 5000))
        self.assertCounts(self.viewer, own)

    def test_limits(self):
        near = self.env['res.partner'].create({'name': "Near", 'is_company': True})
        self.env['ar.credit.account'].sudo()._for_partner(near, self.company).credit_limit = 1000
        self._invoice(900, partner=near)
        self._invoice(1001)
        self.account.limit_valid_until = self.env['ar.overview']._today()
        tiles = self._tiles(self.controller)
        self.assertEqual(self._opened(self.controller, tiles['limits_over']['action']), self.account)
        [line] = tiles['limits_over']['lines']
        self.assertEqual(self._opened(self.controller, line['action']).partner_id, near)
        self.assertEqual(tiles['limits_ending']['value'], 1)
        self.assertCounts(self.controller, tiles)
        self.assertEqual(self._tiles(self.viewer)['limits_over']['value'], 0, "not their customer")

    def test_promises(self):
        self._promise(self._invoice(100, overdue=5))
        tiles = self._tiles(self.manager)
        self.assertEqual(
            (tiles['promises_due']['value'], tiles['promises_due']['lines'][0]['value']), (1, 100)
        )
        self.assertIsNone(tiles['promises_kept']['value'])
        self.assertCounts(self.manager, tiles)

    def test_every_part_is_there_for_those_who_may_read_it(self):
        everything = {'holds', 'limits_over', 'limits_ending', 'promises_due', 'promises_kept', 'letters'}
        everything |= {'worklist', 'disputes', 'differences', 'periods', 'allowance', 'open', 'overdue'}
        self.assertLessEqual(everything, set(self._tiles(self.manager)))
        self.assertNotIn('worklist', self._tiles(self.viewer))
        self.assertNotIn('allowance', self._tiles(self.viewer))

    def test_filtered_by_grade(self):
        self._order(5000).action_confirm_with_credit()
        grade = self.account.grade_id
        self.assertEqual(self._tiles(self.manager, grade_id=grade.id)['holds']['value'], 1)
        other = self.env['ar.credit.grade'].search([('id', '!=', grade.id)], limit=1)
        tiles = self._tiles(self.manager, grade_id=other.id)
        self.assertEqual(tiles['holds']['value'], 0)
        self.assertCounts(self.manager, tiles)

    def test_several_currencies_are_one_sum(self):
        company = self.env['res.company'].create(
            {'name': "Other", 'currency_id': self.env.ref('base.EUR').id}
        )
        self.manager.company_ids = [Command.link(company.id)]
        Overview = self.env['ar.overview'].with_user(self.manager)
        Overview = Overview.with_context(allowed_company_ids=(self.company + company).ids)
        self.assertEqual(Overview.ar_page()['currency_id'], self.company.currency_id.id)
        self.assertTrue(Overview.ar_page_tiles())
