import io

import openpyxl

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import CustomerCommon

AS_OF = '2024-02-29'


@tagged('post_install', '-at_install')
class TestCampaign(CustomerCommon):
    """The selection can be repeated by anybody; coverage and differences are those of the letters."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partners = cls.env['res.partner'].create(
            [
                {'name': f"Campaign {number}", 'is_company': True, 'email': f'c{number}@example.com'}
                for number in range(10)
            ]
        )

    def setUp(self):
        super().setUp()
        for number, partner in enumerate(self.partners, start=1):
            self._invoice(number * 100, partner_id=partner.id)
        self._invoice(50, partner_id=self.partners[0].id, move_type='out_refund')

    def _campaign(self, **values):
        campaign = (
            self.env['ar.confirmation.campaign']
            .with_user(self.accountant)
            .create({'as_of': AS_OF, 'seed': 'audit', **values})
        )
        campaign.action_select()
        return campaign

    def test_population_is_the_aging(self):
        campaign = self._campaign(method='all')
        self.assertEqual((campaign.population_count, campaign.population_value), (10, 5450))
        self.assertEqual(
            campaign.confirmation_ids.mapped('balance'), [total for _partner, total in campaign.population]
        )
        self.assertEqual((campaign.coverage_count, campaign.coverage_value), (100, 100))

    def test_selection_is_repeatable(self):
        for method in ('random', 'value'):
            with self.subTest(method):
                campaign = self._campaign(method=method, sample_size=4)
                again = self._campaign(method=method, sample_size=4)
                self.assertEqual(campaign.confirmation_ids.partner_id, again.confirmation_ids.partner_id)
                self.assertLessEqual(len(campaign.confirmation_ids), 4)
                self._invoice(100000, partner_id=self.partners[1].id, day='2024-02-20')  # the books change
                self.assertEqual(campaign.action_verify_selection()['params']['type'], 'success')
                self.assertNotEqual(
                    {
                        self._campaign(method=method, sample_size=4, seed=seed).confirmation_ids.partner_id
                        for seed in 'abcdef'
                    },
                    {campaign.confirmation_ids.partner_id},
                )

    def test_value_selection_takes_the_large(self):
        campaign = self._campaign(method='value', sample_size=6)
        self.assertAlmostEqual(campaign.sampling_interval, 5450 / 6, 2)
        self.assertLessEqual(
            self.partners[9], campaign.confirmation_ids.partner_id
        )  # 1000 is more than an interval
        campaign = self._campaign(method='random', sample_size=3, key_amount=900)
        self.assertLessEqual(self.partners[8:], campaign.confirmation_ids.partner_id)
        self.assertEqual(len(campaign.confirmation_ids), 3)

    def test_coverage_and_differences(self):
        self.partners[2].email = False
        campaign = self._campaign(method='chosen', partner_ids=self.partners[:4].ids)
        campaign.action_send()
        self._run_job('ar_statement.ir_cron_confirmation_send')
        self._run_job('ar_base.ir_cron_deliver')
        letters = campaign.confirmation_ids.sorted('partner_id')
        self.assertEqual(set(letters.mapped('state')), {'sent'})
        self.assertEqual(letters.filtered(lambda c: c.channel == 'letter').partner_id, self.partners[2])
        with self.assertRaisesRegex(UserError, "the selection can no longer be changed"):
            campaign.action_select()
        for change in ({'seed': 'x'}, {'population': []}, {'state': 'draft'}):
            with self.assertRaisesRegex(UserError, "use the buttons"):
                campaign.sudo().write(change)
        letters[1].sudo()._answer("B", b'')
        letters[3].line_ids.sudo()._object('price', 350, "Discount")
        letters[3].sudo()._answer("D", b'')
        self.assertRecordValues(
            campaign,
            [
                {
                    'selected_count': 4,
                    'selected_value': 950,
                    'replied_count': 2,
                    'replied_value': 600,
                    'confirmed_count': 1,
                    'confirmed_value': 550,
                    'objected_count': 1,
                    'difference_value': 50,
                }
            ],
        )
        self.assertEqual((campaign.reply_rate, campaign._differences().difference), (50, 50))
        self.assertTrue(campaign._differences().dispute_id)
        content = self.env['report.ar_statement.ar_confirmation_campaign_report']._xlsx(campaign)
        book = openpyxl.load_workbook(io.BytesIO(content))
        self.assertEqual(len(book.sheetnames), 4)
        self.assertEqual(book.worksheets[1].max_row, 5)
        self.assertIn("Discount", [cell.value for row in book.worksheets[2].iter_rows() for cell in row])
        html = (
            self.env['ir.actions.report']
            ._render_qweb_html('ar_statement.ar_confirmation_campaign_report', campaign.ids)[0]
            .decode()
        )
        self.assertIn("Discount", html)
        with self.assertRaisesRegex(UserError, "audit evidence"):
            campaign.unlink()

    def test_queries_do_not_grow_with_customers(self):
        counts = []
        for partners in (self.partners[:3], self.partners):
            campaign = self.env['ar.confirmation.campaign'].create(
                {'as_of': AS_OF, 'method': 'chosen', 'partner_ids': partners.ids}
            )
            campaign.action_select()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            campaign.confirmation_ids.action_fill()
            counts.append(self.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 7)
