from odoo.fields import Command
from odoo.tests import tagged

from .common import InterestCommon
from odoo.addons.ar_base.tests.common_health import HealthCommon


@tagged('post_install', '-at_install')
class TestHealthCheck(HealthCommon, InterestCommon):
    """The lines of interest and fees: red by a planted fault, green after it is mended in its place."""

    def test_accounts_of_charges(self):
        self.company.ar_interest_scheme_id = self.scheme
        self.scheme.booking = 'invoice'
        self.assertGreen('charge_accounts')
        postings = self.env['ar.charge.posting'].search([('company_id', '=', self.company.id)])
        interest = postings.filtered(lambda posting: posting.kind == 'interest')
        values = interest.copy_data()[0]
        interest.unlink()
        self.assertOpens('charge_accounts', "Interest", model='ar.charge.posting')
        self.env['ar.charge.posting'].create(values)
        self.assertGreen('charge_accounts')

    def test_stale_rates(self):
        table = self.env['ar.interest.rate.table'].create(
            {'name': "Base", 'valid_days': 30, 'publisher': "The bank"}
        )
        self.scheme.write({'rate_type': 'table', 'table_id': table.id})
        self.assertGreen('interest_rates')
        self.company.ar_interest_scheme_id = self.scheme
        self.assertOpens('interest_rates', "has no rates", model='ar.interest.rate.table')
        table.rate_ids = [Command.create({'date_from': '2020-01-01', 'rate': 2})]
        self.assertRed('interest_rates', "out of date", "The bank")
        table.rate_ids = [Command.create({'date_from': '2099-01-01', 'rate': 3})]
        self.assertRed('interest_rates')
        table.valid_days = 0
        self.assertGreen('interest_rates')
