from datetime import date
from unittest import skipUnless

from odoo.tests import tagged

from .late_payments import FILE, brute_force_month, read
from odoo.addons.ar_reconciliation.tests.common import ReconciliationCommon
from odoo.addons.ar_reconciliation.tests.planted_differences import PlantedDifferences

EVERY = 25


@tagged('post_install', '-at_install')
@skipUnless(FILE.exists(), f'{FILE.name} is not next to the checkout')
class TestReconciliationHistory(PlantedDifferences, ReconciliationCommon):
    """Real invoices and payments, entered as orders: nothing is found in them but what is planted, and the
    months foot.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rows = sorted(read(), key=lambda row: row.invoiced)[::EVERY]
        names = sorted({row.customer for row in cls.rows})
        cls.customers = dict(
            zip(names, cls.env['res.partner'].create([{'name': name, 'is_company': True} for name in names]))
        )
        cls.pump.taxes_id = False
        for row in cls.rows:
            cls._enter(row)

    @classmethod
    def _enter(cls, row):
        order = cls._order((1, row.amount), day=row.invoiced, partner=cls.customers[row.customer])
        order.order_line.tax_ids = False
        cls._deliver(order)
        invoice = cls._bill(order, row.invoiced, row.due)
        cls._match(invoice, cls._receipt(row.amount, row.settled, cls.customers[row.customer]).move_id)

    def test_planted_differences_among_real_sales(self):
        self.assertFalse(self._found())
        planted = self._plant_all()
        self.assertEqual(self._found(), planted)

    def test_the_months_of_every_customer(self):
        """By salesperson: all is the seller's, but receipts of a later month's match."""
        for month in range(1, 13, 2):
            start, end = date(2013, month, 1), date(2013, month, 30)
            rows = self.env['ar.sales.reconciliation']._read_period(self.company, start, end)
            names = {partner.id: name for name, partner in self.customers.items()}
            self.assertEqual(
                {row.salesperson_id for row in rows if any(row.amounts.values())},
                {self.seller.id},
            )
            found = {
                names[row.partner_id]: {
                    name: round(row.amounts[name], 2)
                    for name in ('opening', 'invoiced', 'collected', 'closing')
                }
                for row in rows
                if any(row.amounts.values())
            }
            self.assertEqual(found, brute_force_month(self.rows, start, end))
