from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tests.common import warmup

from .common import ReconciliationCommon

FIGURES = (
    'ordered',
    'delivered',
    'invoiced',
    'credited',
    'collected',
    'settled_other',
    'outstanding',
    'overdue',
)


@tagged('post_install', '-at_install')
class TestOrderToCash(ReconciliationCommon):
    """Each order line from the order to the money, as of any day, and never apart from the open items."""

    def assertFigures(self, order, as_of, *expected):
        rows = self._otc(order, as_of)
        self.assertEqual(tuple(round(sum(rows.mapped(name)), 2) for name in FIGURES), expected, as_of)
        return rows

    def _assert_outstanding_is_open(self, as_of):
        """What is outstanding of all orders is what the open items of their invoices say."""
        items = (
            self.env['ar.open.item']
            .with_context(as_of=as_of)
            .search([('move_id.line_ids.sale_line_ids', '!=', False)])
        )
        rows = (
            self.env['ar.order.to.cash']
            .with_context(as_of=as_of)
            .search([('company_id', '=', self.company.id)])
        )
        self.assertAlmostEqual(sum(rows.mapped('outstanding')), sum(items.mapped('residual')), 6)

    def test_from_order_to_money_by_day(self):
        order = self._order((10, 100), (1, 50))
        self._deliver(order)
        invoice = self._bill(order, '2024-01-10', due='2024-02-10')
        self._pay(invoice, '2024-02-01', 555)
        self._credit(invoice, '2024-03-01')
        self.assertFalse(self._otc(order, '2024-01-04'))
        self.assertFigures(order, '2024-01-09', 1155, 1155, 0, 0, 0, 0, 0, 0)
        self.assertFigures(order, '2024-01-31', 1155, 1155, 1155, 0, 0, 0, 1155, 0)
        rows = self.assertFigures(order, '2024-02-28', 1155, 1155, 1155, 0, 555, 0, 600, 600)
        self.assertRecordValues(
            rows[1], [{'stage': 'overdue', 'qty_invoiced': 10, 'qty_credited': 0, 'invoice_count': 1}]
        )
        self.assertAlmostEqual(rows[1].collected, 555 * 1100 / 1155, 6)
        self.assertEqual(str(rows[1].last_payment_date), '2024-02-01')
        rows = self.assertFigures(order, '2024-03-01', 1155, 1155, 1155, 1155, 555, 0, -555, 0)
        self.assertEqual(rows.mapped('qty_credited'), [1, 10])
        for as_of in ('2024-01-31', '2024-02-28', '2024-03-01'):
            self._assert_outstanding_is_open(as_of)

    def test_a_loss_is_not_collected(self):
        order, invoice = self._sold((1, 100))
        self._pay(
            invoice,
            '2024-01-20',
            90,
            payment_difference_handling='reconcile',
            writeoff_account_id=self.company_data['default_account_expense'].id,
        )
        self.assertFigures(order, '2024-01-31', 110, 110, 110, 0, 90, 20, 0, 0)

    def test_down_payment_counts_once(self):
        order = self._order((10, 100))
        self.env['sale.advance.payment.inv'].with_context(
            active_ids=order.ids, active_model='sale.order'
        ).create({'advance_payment_method': 'percentage', 'amount': 30}).create_invoices()
        advance = order.invoice_ids
        advance.write(
            {
                'invoice_date': '2024-01-06',
                'date': '2024-01-06',
                'invoice_payment_term_id': False,
                'invoice_date_due': '2024-01-06',
            }
        )
        advance.action_post()
        self.assertFigures(order, '2024-01-06', 1100, 0, 330, 0, 0, 0, 330, 0)
        self._deliver(order)
        self._pay(advance, '2024-01-08')
        final = self._bill(order, '2024-01-20')
        self.assertAlmostEqual(final.amount_total, 770)
        self.assertFigures(order, '2024-01-20', 1100, 1100, 1100, 0, 330, 0, 770, 0)

    def test_foreign_currency(self):
        eur = self.setup_other_currency('EUR', rates=[('2024-01-01', 0.5), ('2024-02-01', 0.4)])
        pricelist = self.env['product.pricelist'].create({'name': "EUR", 'currency_id': eur.id})
        order = self._order((1, 100), pricelist_id=pricelist.id)
        order.invalidate_recordset()
        order.currency_rate = 0.5
        self._deliver(order)
        invoice = self._bill(order, '2024-01-10')
        self.assertFigures(order, '2024-01-10', 220, 220, 220, 0, 0, 0, 220, 0)
        self._pay(invoice, '2024-02-10', 44, currency_id=eur.id)
        row = self.assertFigures(order, '2024-02-28', 220, 220, 220, 0, 88, 0, 132, 132)
        self.assertAlmostEqual(row.ordered_currency, 110)
        self._pay(invoice, '2024-02-11', 66, currency_id=eur.id)
        self.assertFigures(order, '2024-02-28', 220, 220, 220, 0, 220, 0, 0, 0)
        self._assert_outstanding_is_open('2024-02-28')

    def test_what_comes_next(self):
        order = self._order((10, 100))
        self.assertEqual(self._otc(order, '2024-01-31').stage, 'to_deliver')
        self._deliver(order, 4)
        self.assertEqual(self._otc(order, '2024-01-31').stage, 'to_invoice')
        self._deliver(order)
        invoice = self._bill(order, '2024-01-10', due='2024-02-10')
        self.assertEqual(
            [self._otc(order, day).stage for day in ('2024-01-09', '2024-01-31', '2024-02-10', '2024-02-11')],
            ['to_invoice', 'to_collect', 'to_collect', 'overdue'],
        )
        self._pay(invoice, '2024-02-15')
        self.assertEqual(self._otc(order, '2024-02-28').stage, 'done')
        self._credit(invoice, '2024-03-01')
        self.assertEqual(self._otc(order, '2024-03-01').stage, 'to_invoice')
        overdue = (
            self.env['ar.order.to.cash'].with_context(as_of='2024-02-11').search([('stage', '=', 'overdue')])
        )
        self.assertIn(order, overdue.order_id)

    def test_cancelled_orders_show_only_with_an_invoice(self):
        order, _invoice = self._sold((1, 100))
        gone = self._order((1, 100))
        (order + gone).write({'state': 'cancel'})
        self.assertEqual(self._otc(order).state, 'cancel')
        self.assertFalse(self._otc(gone))

    def test_drill_down(self):
        order, invoice = self._sold((1, 100))
        payment = self._pay(invoice, '2024-01-20')
        row = self._otc(order)
        self.assertEqual(self.env['account.move'].search(row.action_open_invoices()['domain']), invoice)
        self.assertEqual(
            self.env['account.move'].search(row.action_open_payments()['domain']), payment.move_id
        )
        self.assertEqual(row.action_open_order()['res_id'], order.id)

    def test_a_seller_sees_their_own_orders(self):
        own, others = self._order(), self._order(seller=self.other_seller)
        self.assertTrue(self._otc(own, user=self.seller))
        self.assertFalse(self._otc(others, user=self.seller))
        self.assertTrue(self._otc(others, user=self.accountant))
        with self.assertRaises(AccessError):
            self._otc(others, user=self.accountant).with_user(self.seller).read(['ordered'])

    def test_not_a_date(self):
        with self.assertRaises(UserError):
            self._otc(self._order(), 'yesterday')

    @warmup
    def test_a_page_costs_the_same_however_many_rows(self):
        def page():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env['ar.order.to.cash'].with_user(self.accountant).web_search_read(
                [],
                {
                    **{name: {} for name in (*FIGURES, 'stage')},
                    **{
                        name: {'fields': {'display_name': {}}}
                        for name in ('order_id', 'partner_id', 'product_id', 'salesperson_id')
                    },
                },
                limit=80,
            )
            return self.env.cr.sql_log_count - before

        self._sold((1, 100))
        page()
        few = page()
        for _i in range(10):
            self._sold((1, 10), (2, 20))
        self.assertEqual(page(), few)
        self.assertLess(few, 25)

    def test_pivot_by_month_and_category(self):
        self._sold((1, 100))
        self._sold((1, 200), day='2024-02-05', invoiced='2024-02-06')
        rows = (
            self.env['ar.order.to.cash']
            .with_context(as_of='2024-02-28')
            ._read_group(
                [('company_id', '=', self.company.id)],
                ['date_order:month', 'categ_id', 'salesperson_id'],
                ['ordered:sum', 'outstanding:sum'],
            )
        )
        self.assertEqual(
            [(str(month)[:7], ordered, outstanding) for month, _c, _s, ordered, outstanding in rows],
            [('2024-01', 110, 110), ('2024-02', 220, 220)],
        )
        self.assertEqual(rows[0][2], self.seller)
