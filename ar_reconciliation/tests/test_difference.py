from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..rules.differences import TYPES, codes
from .common import ReconciliationCommon
from .planted_differences import PlantedDifferences


@tagged('post_install', '-at_install')
class TestDifference(PlantedDifferences, ReconciliationCommon):
    """Each planted difference is found once, with the right amount, and nothing else."""

    def _one(self, name):
        getattr(self, f'_plant_{name}')()
        [_found] = self._found()
        return self.env['ar.sales.difference'].search(
            [('company_id', '=', self.company.id), ('state', '=', 'open')]
        )

    def test_nothing_is_found_where_all_is_in_order(self):
        self._plant_nothing()
        self.assertFalse(self._found())

    def test_each_type_alone(self):
        for name in self.TYPES:
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                self.company.invalidate_recordset()
                document, amount = getattr(self, f'_plant_{name}')()
                # A receipt waits only where something is open; the rest of what the plant needs is in order.
                self.assertEqual(self._found(), [(name.removesuffix('_named'), document.name, float(amount))])
                savepoint.rollback()
                self.env.invalidate_all()

    def test_all_together_and_twice(self):
        planted = self._plant_all()
        self.assertEqual(self._found(), planted)
        self.assertEqual(self._found(), planted)
        self.assertEqual({code for code, *_rest in planted}, {kind.code for kind in TYPES})

    def test_resolved_once_it_is_cleared(self):
        difference = self._one('delivered_not_invoiced')
        order = difference.order_id
        self._bill(order, '2024-01-31')
        self.assertFalse(self._found())
        self.assertEqual(difference.state, 'resolved')
        self.assertTrue(difference.resolved_on)
        # Back with a new deadline when it happens again.
        self._deliver(order, 8)
        self.assertEqual(self._found(), [('delivered_not_invoiced', order.name, 220)])
        self.assertEqual((difference.state, difference.resolved_on), ('open', False))

    def test_tolerance_and_patience(self):
        self._plant_price_gap()
        self._plant_delivered_not_invoiced()
        self._plant_receipt_unallocated()
        self.company.write(
            {
                'ar_difference_tolerance': 22,
                'ar_difference_days_to_invoice': 99999,
                'ar_difference_days_to_allocate': 99999,
            }
        )
        self.assertFalse(self._found())
        self.company.write({'ar_difference_tolerance': 21.99, 'ar_difference_days_to_invoice': 30})
        self.assertEqual([code for code, *_rest in self._found()], ['delivered_not_invoiced', 'price_gap'])
        self.company.ar_difference_since = '2024-02-01'
        self.assertFalse(self._found())

    def test_the_first_type_that_fits_takes_the_line(self):
        """Another price and more than ordered: one difference, of the type that precedes."""
        order = self._order((5, 100))
        self._deliver(order)
        invoice = self._bill(order, post=False)
        invoice.invoice_line_ids.write({'price_unit': 90, 'quantity': 7})
        invoice.action_post()
        self.assertEqual(self._found(), [('price_gap', order.name, -77)])
        self.assertEqual(codes('line')[:4], ['currency_gap', 'tax_gap', 'price_gap', 'quantity_gap'])

    def test_units_of_measure(self):
        dozen, unit = self.env.ref('uom.product_uom_dozen'), self.env.ref('uom.product_uom_unit')
        order = self._order((24, 10))
        self._deliver(order)
        invoice = self._bill(order, post=False)
        invoice.invoice_line_ids.write({'product_uom_id': dozen.id, 'quantity': 2, 'price_unit': 120})
        invoice.action_post()
        self.assertEqual(order.order_line.product_uom_id, unit)
        self.assertFalse(self._found())

    def test_owner_side_and_deadline(self):
        self.company.write(
            {'ar_difference_finance_owner_id': self.accountant.id, 'ar_difference_days_to_clear': 5}
        )
        finance = self._one('delivered_not_invoiced')
        self.assertRecordValues(
            finance,
            [{'owner_side': 'finance', 'owner_id': self.accountant.id, 'salesperson_id': self.seller.id}],
        )
        self._plant_price_gap()
        self._found()
        sales = self.env['ar.sales.difference'].search(
            [('code', '=', 'price_gap'), ('company_id', '=', self.company.id)]
        )
        self.assertRecordValues(sales, [{'owner_side': 'sales', 'owner_id': self.seller.id}])
        self.assertEqual((sales.deadline - self.env.cr.now().date()).days, 5)

    def test_accepted_until_the_amount_changes(self):
        difference = self._one('invoice_without_order')
        with self.assertRaises(AccessError):
            difference.with_user(self.seller).action_accept()
        accountant = difference.with_user(self.accountant)
        with self.assertRaises(UserError):
            accountant.action_accept()
        accountant.explanation = "Scrap sold for cash"
        accountant.action_accept()
        self.assertRecordValues(difference, [{'state': 'accepted', 'accepted_by_id': self.accountant.id}])
        self.assertFalse(self._found())
        self.assertEqual(difference.state, 'accepted')
        invoice = difference.move_id
        invoice.button_draft()
        invoice.invoice_line_ids.price_unit = 80
        invoice.action_post()
        self.assertEqual(self._found(), [('invoice_without_order', invoice.name, 88)])

    def test_every_remedy_opens_something(self):
        self._plant_all()
        self._found()
        for difference in self.env['ar.sales.difference'].search([('company_id', '=', self.company.id)]):
            with self.subTest(difference.code):
                self.assertTrue(difference.remedy)
                self.assertTrue(difference.action_remedy()['res_model'])

    def test_rights(self):
        difference = self._one('price_gap')
        own = difference.with_user(self.seller)
        own.explanation = "Agreed by telephone"
        with self.assertRaises(UserError):
            own.write({'amount': 0})
        with self.assertRaises(UserError):
            difference.sudo().write({'state': 'resolved'})
        with self.assertRaises(AccessError):
            difference.with_user(self.other_seller).read(['amount'])
        with self.assertRaises(AccessError):
            own.owner_side = 'finance'
        difference.with_user(self.accountant).owner_id = self.other_seller
        self.assertEqual(difference.with_user(self.other_seller).amount, -22)
        own.message_post(body="See the mail")

    def test_other_companies_are_left_alone(self):
        other = self.setup_other_company()['company']
        self._plant_invoice_without_order()
        self.env['ar.sales.difference']._find(other)
        self.assertFalse(
            self.env['ar.sales.difference'].search([('company_id', 'in', (other.id, self.company.id))])
        )
        move = (
            self.env['account.move']
            .with_company(other)
            .create(
                {
                    'move_type': 'out_invoice',
                    'partner_id': self.customer.id,
                    'invoice_date': '2024-01-12',
                    'invoice_line_ids': [
                        Command.create({'name': "x", 'price_unit': 70, 'tax_ids': [Command.clear()]})
                    ],
                }
            )
        )
        move.action_post()
        self.env['ar.sales.difference']._find(other)
        self.assertEqual(
            self.env['ar.sales.difference'].search([('company_id', '=', other.id)]).move_id, move
        )
        with self.assertRaises(AccessError):
            self.env['ar.sales.difference'].with_user(self.accountant).search([]).browse(
                self.env['ar.sales.difference'].search([('company_id', '=', other.id)]).ids
            ).read(['amount'])

    def test_cron(self):
        self._plant_invoice_without_order()
        with self.enter_registry_test_mode():
            self.env.ref('ar_reconciliation.ir_cron_find_differences').method_direct_trigger()
        self.assertEqual(
            len(self.env['ar.sales.difference'].search([('company_id', '=', self.company.id)])), 1
        )
