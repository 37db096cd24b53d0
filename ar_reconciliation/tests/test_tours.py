from odoo.tests import HttpCase, tagged

from .common import ReconciliationCommon


@tagged('post_install', '-at_install')
class TestTours(ReconciliationCommon, HttpCase):
    """Seller and accountant reconcile and sign a month in a real browser; a late invoice reopens it."""

    def test_a_month_is_signed_and_reopened(self):
        self._sold((10, 100))
        for tour, login in (
            ('generate', 'recaccountant'),
            ('sign_sales', 'recseller'),
            ('sign_finance', 'recaccountant'),
        ):
            self.start_tour('/odoo/ar-periods', f'ar_reconciliation_{tour}', login=login)
        part = self.env['ar.sales.reconciliation'].search([('company_id', '=', self.company.id)])
        self.assertRecordValues(part, [{'state': 'signed', 'closing': 1100}])
        self._sold((5, 100), day='2024-01-20', invoiced='2024-01-30')
        self.start_tour('/odoo/ar-periods', 'ar_reconciliation_reopened', login='recaccountant')
        self.assertRecordValues(part, [{'state': 'reopened', 'closing': 1650}])

    def test_order_to_cash(self):
        self._sold((10, 100), due='2024-01-20')
        self.start_tour('/odoo/ar-order-to-cash', 'ar_order_to_cash', login='recseller')
