from odoo.tests import tagged

from .common import CreditCommon


@tagged('post_install', '-at_install')
class TestAvailableCredit(CreditCommon):
    """What the customer's page says of the limit."""

    def test_the_customer_sees_what_is_left_of_the_limit(self):
        self.assertIsNone(self.account._portal_available_credit())
        self.account.write({'credit_limit': 500, 'limit_decided': True})
        self._invoice(120)
        self.assertEqual(self.account._portal_available_credit(), {'limit': 500, 'available': 380})
        self._invoice(1000)
        self.account.invalidate_recordset()
        self.assertEqual(self.account._portal_available_credit(), {'limit': 500, 'available': 0})
        self.account.is_unlimited = True
        self.assertIsNone(self.account._portal_available_credit())
