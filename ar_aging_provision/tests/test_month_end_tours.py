from odoo.tests import HttpCase, tagged

from .common import ProvisionCommon


@tagged('post_install', '-at_install')
class TestMonthEndTours(ProvisionCommon, HttpCase):
    """Month end as two people, in a real browser, in English and Chinese."""

    def _close(self, lang):
        self.env['res.lang']._activate_lang(lang)
        (self.accountant | self.approver).write({'lang': lang})
        self._invoice(1000)
        self._invoice(200, due='2024-06-20')
        self._invoice(300, due='2024-03-01')
        pages = {
            user: self.env['ar.month.end'].with_user(user).create({'date': '2024-06-30'})
            for user in (self.accountant, self.approver)
        }
        for user, tour in ((self.accountant, 'accountant'), (self.approver, 'approver')):
            self.start_tour(f'/odoo/ar-month-end/{pages[user].id}', f'ar_month_end_{tour}', login=user.login)
        run = self.env['ar.provision.run'].search([('company_id', '=', self.company.id)])
        self.assertRecordValues(
            run,
            [
                {
                    'state': 'posted',
                    'required': 170,
                    'computed_by_id': self.accountant.id,
                    'approved_by_id': self.approver.id,
                }
            ],
        )
        self.assertEqual(self._allowance(), 170)

    def test_in_english(self):
        self._close('en_US')

    def test_in_chinese(self):
        self._close('zh_CN')

    def test_rates_in_the_grid(self):
        draft = self.policy.copy()
        self.start_tour(
            f'/odoo/ar-provision-policies/{draft.id}', 'ar_provision_grid', login=self.accountant.login
        )
        self.assertEqual(draft.rate_ids.sorted('bucket_sequence').mapped('rate'), [0.05, 0.05, 0.05])
