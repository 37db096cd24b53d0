from datetime import date

from odoo.tests import tagged

from odoo.addons.ar_aging_provision.tests.common import ProvisionCommon


@tagged('post_install', '-at_install')
class TestKpiAllowance(ProvisionCommon):
    """The key figures of a company show its own loss allowance, as of the month's end."""

    def test_allowance_of_the_company_at_the_end_of_the_month(self):
        self._invoice(1000, due='2024-01-15')
        self._run('2024-01-31')
        other = self.setup_other_company(name="Other")['company']
        figures = {
            (company, day): self.env['ar.kpi']._figures(company, day)
            for company in (self.company, other)
            for day in (date(2023, 12, 31), date(2024, 1, 31))
        }
        self.assertEqual(
            [row['allowance'] for row in figures.values()], [0, self._allowance(date(2024, 1, 31)), 0, 0]
        )
        self.assertEqual(figures[self.company, date(2024, 1, 31)]['allowance_coverage'], 5)
