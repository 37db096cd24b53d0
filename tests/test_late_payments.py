from calendar import monthrange
from datetime import date, timedelta
from unittest import skipUnless

import pytest

from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .late_payments import FILE, Loader, brute_force, brute_force_month, read
from odoo.addons.account.tests.common import AccountTestInvoicingCommon

pytestmark = pytest.mark.slow

MONTH_ENDS = [
    date(year, month, monthrange(year, month)[1]) for year in (2012, 2013) for month in range(1, 13)
]
MONTH_COLUMNS = ('opening', 'invoiced', 'collected', 'closing')
BOUNDS = [
    ('Not due', None, 0),
    ('1-30 days', 1, 30),
    ('31-60 days', 31, 60),
    ('61-90 days', 61, 90),
    ('91-120 days', 91, 120),
    ('Over 120 days', 121, None),
]


@tagged('post_install', '-at_install')
@skipUnless(FILE.exists(), f'{FILE.name} is not next to the checkout')
class TestLatePayments(AccountTestInvoicingCommon):
    """Real invoices and payments: the aging at 24 month ends is what the file says, and is in the books."""

    @classmethod
    def get_default_groups(cls):
        return (
            super().get_default_groups()
            | cls.quick_ref('ar_base.group_manager')
            | cls.quick_ref('sales_team.group_sale_manager')
        )

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, 'lang': 'en_US'})
        cls.rows = read()
        # The day before the latest payer of all paid.
        cls.check_day = max(cls.rows, key=lambda row: row.settled - row.due).settled - timedelta(days=1)
        cls.loader = Loader(cls.env, cls.rows)
        cls.loader.post_invoices(cls.company_data['default_account_revenue'])

    def _items(self, as_of):
        scheme = self.env.ref('ar_base.aging_scheme_days')
        return self.env['ar.open.item'].with_context(as_of=as_of, aging_scheme_id=scheme.id)

    def _order_of_the_most_overdue_customer_is_held(self):
        """Today: the customer whose oldest open invoice fell due first may not order on credit."""
        oldest = min(
            (row for row in self.rows if row.invoiced <= self.check_day < row.settled),
            key=lambda row: row.due,
        )
        self.assertGreater((self.check_day - oldest.due).days, 30)
        product = self.env['product.product'].create(
            {'name': "Goods", 'type': 'service', 'taxes_id': [Command.clear()]}
        )
        customers = self.loader.customers
        clean = next(
            name
            for name in customers
            if all(
                row.due >= self.check_day
                for row in self.rows
                if row.customer == name and row.invoiced <= self.check_day < row.settled
            )
        )
        orders = self.env['sale.order'].create(
            [
                {
                    'partner_id': customers[name].id,
                    'order_line': [Command.create({'product_id': product.id, 'price_unit': 10})],
                }
                for name in (oldest.customer, clean)
            ]
        )
        orders.action_confirm_with_credit()
        self.assertEqual(orders.mapped('credit_state'), ['hold', 'ok'])
        self.assertEqual(orders[0].credit_decision_ids.reasons, 'oldest_open_item')
        panel = orders[0].credit_panel
        self.assertIn(f'{(self.check_day - oldest.due).days} days overdue', panel)
        self.assertIn(self.loader.invoices[oldest.number].name, panel)

    def test_aging_equals_the_file_and_the_ledger(self):
        journal = self.company_data['default_journal_bank']
        with freeze_time(self.check_day):
            self.loader.pay_until(self.check_day, journal)
            self._order_of_the_most_overdue_customer_is_held()
        self.loader.pay_until(date.max, journal)
        for as_of in MONTH_ENDS:
            with self.subTest(as_of):
                found = {
                    (partner.name, bucket.name): round(amount, 2)
                    for partner, bucket, amount in self._items(as_of)._read_group(
                        [('company_id', '=', self.env.company.id)],
                        ['commercial_partner_id', 'bucket_id'],
                        ['residual:sum'],
                    )
                }
                self.assertEqual(found, brute_force(self.rows, as_of, BOUNDS))
                [row] = self._items(as_of).ar_tie_out()
                self.assertEqual((row['difference'], row['aging']), (0, round(sum(found.values()), 2)))
        self._months_of_every_customer_are_in_the_file()
        self.assertFalse(self._items(date(2014, 12, 31)).search([('company_id', '=', self.env.company.id)]))

    def _months_of_every_customer_are_in_the_file(self):
        """Opening, invoiced, collected and closing of each customer and month; each month opens with what the
        last one closed.
        """
        closing = {}
        for end in MONTH_ENDS:
            rows = self.env['ar.sales.reconciliation']._read_period(self.env.company, end.replace(day=1), end)
            found = {}
            for partner_id, _user, _team, amounts in rows:
                row = found.setdefault(partner_id, dict.fromkeys(MONTH_COLUMNS, 0))
                for name in MONTH_COLUMNS:
                    row[name] = round(row[name] + amounts[name], 2)
                self.assertFalse(
                    any(amounts[name] for name in ('credited', 'written_off', 'exchange', 'other'))
                )
            names = {self.loader.customers[name].id: name for name in self.loader.customers}
            found = {names[key]: row for key, row in found.items() if any(row.values())}
            self.assertEqual(found, brute_force_month(self.rows, end.replace(day=1), end), end)
            opening = {name: row['opening'] for name, row in found.items() if row['opening']}
            self.assertTrue(opening == closing or end == MONTH_ENDS[0], end)
            closing = {name: row['closing'] for name, row in found.items() if row['closing']}
