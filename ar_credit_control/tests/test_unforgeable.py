import json

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from ..exceptions import CreditHold
from .common import CreditCommon


@tagged('post_install', '-at_install')
class TestUnforgeable(CreditCommon):
    """No field, context or order of calls that a seller can send changes what the check sees."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account.credit_limit = 1000
        cls.invoicer = cls._user('invoicer', 'sales_team.group_sale_salesman,account.group_account_invoice')

    def _large(self, **values):
        return self._order(5000, **values).with_user(self.seller)

    def _line(self, **values):
        return {
            'product_id': self.product.id,
            'product_uom_qty': 1,
            'price_unit': 5000,
            'tax_ids': [Command.clear()],
            **values,
        }

    def assertRefused(self, act, error=AccessError):
        try:
            with self.env.cr.savepoint():
                act()
        except error:
            self.env.invalidate_all()
        else:
            self.fail("not refused")

    def assertStaysOut(self, order, act):
        """Whatever the act does, the order is no sales order afterwards."""
        try:
            with self.env.cr.savepoint():
                act()
        except UserError:
            self.env.invalidate_all()
        self.assertNotEqual(order.state, 'sale')

    # === Fields ===

    def test_what_odoo_computes_is_not_entered(self):
        order = self._large()
        somebody = self.env['res.partner'].create({'name': "Other", 'is_company': True})
        foreign = self._invoice(5000, partner=somebody).invoice_line_ids
        for values in (
            {'amount_total': 0},
            {'amount_untaxed': 0},
            {'amount_tax': -4999},
            {'invoice_status': 'invoiced'},
            {'currency_rate': 100},
            {'amount_paid': 10**9, 'state': 'sale'},
            {'state': 'sale', 'amount_total': 0},
        ):
            with self.subTest(values):
                self.assertRefused(lambda v=values: order.write(v))
        for values in (
            {'price_total': 0},
            {'price_subtotal': 0},
            {'price_reduce_taxinc': 0},
            {'qty_invoiced': 1},
            {'qty_to_invoice': 1},
            {'invoice_status': 'invoiced'},
            {'state': 'cancel'},
            {'is_downpayment': True},
            {'invoice_lines': [Command.set(foreign.ids)]},
            {'qty_delivered_method': 'stock_move'},
            {'extra_tax_data': {'manual_total_excluded_currency': 0}},
        ):
            with self.subTest(values):
                self.assertRefused(lambda v=values: order.order_line.write(v))
                self.assertRefused(
                    lambda v=values: order.write({'order_line': [Command.update(order.order_line.id, v)]})
                )
        self.assertEqual(
            (order.state, order.amount_total, order.order_line.price_total), ('draft', 5000, 5000)
        )
        self.assertRefused(order.action_confirm, CreditHold)

    def test_nor_in_a_new_order_by_value_context_or_default(self):
        Order = self.env['sale.order'].with_user(self.seller)
        base = {'partner_id': self.customer.id, 'order_line': [Command.create(self._line())]}
        for values in (
            {'amount_total': 1},
            {'amount_paid': 10**6, 'state': 'sale'},
            {'invoice_status': 'invoiced'},
        ):
            self.assertRefused(lambda v=values: Order.create({**base, **v}))
        for values in ({'price_total': 1}, {'invoice_status': 'invoiced'}):
            lines = [Command.create(self._line(**values))]
            self.assertRefused(lambda v=lines: Order.create({**base, 'order_line': v}))
        context = {
            'default_amount_total': 1,
            'default_amount_untaxed': 1,
            'default_amount_paid': 10**6,
            'default_invoice_status': 'invoiced',
            'default_currency_rate': 100,
            'default_price_total': 1,
            'default_price_subtotal': 1,
            'default_is_downpayment': True,
            'default_credit_state': 'released',
            'default_credit_remainder_released': True,
        }
        order = Order.with_context(**context).create(base)
        self.assertEqual((order.amount_total, order.amount_paid, order.credit_state), (5000, 0, 'none'))
        self.assertEqual((order.order_line.price_total, order.order_line.is_downpayment), (5000, False))
        self.assertFalse(order.sudo().credit_remainder_released)
        self.assertStaysOut(order, order.with_context(**context).action_confirm)
        self.env['ir.default'].set('sale.order', 'amount_total', 1, user_id=self.seller.id)
        self.assertEqual(Order.create(base).amount_total, 5000)
        with self.assertRaises(CreditHold), self.env.cr.savepoint():
            Order.with_context(default_state='sale').create(base)

    def test_what_a_form_or_an_import_sends_back_is_ignored(self):
        order = self._order(500).with_user(self.seller)
        order.write({'amount_total': 500.0, 'invoice_status': 'no', 'note': "As exported"})
        order.order_line.write({'price_total': 500, 'invoice_lines': [], 'is_downpayment': False})
        created = (
            self.env['sale.order']
            .with_user(self.seller)
            .create(
                {
                    'partner_id': self.customer.id,
                    'amount_total': 0.0,
                    'order_line': [Command.create(self._line(invoice_lines=[], is_downpayment=False))],
                }
            )
        )
        self.assertEqual(created.amount_total, 5000)
        with Form(order) as form:
            form.client_order_ref = "PO 17"
            with form.order_line.new() as line:
                line.product_id = self.product
        self.assertEqual(len(order.order_line), 2)

    def test_tax_figures_of_a_line_agree_with_its_price(self):
        order = self._large()
        tax = self.env['account.tax'].create({'name': "0", 'amount': 0, 'amount_type': 'percent'})
        forged = {
            'currency_id': order.currency_id.id,
            'price_unit': 5000.0,
            'discount': 0.0,
            'quantity': 1.0,
            'rate': 1.0,
            'manual_total_excluded_currency': 1.0,
            'manual_total_excluded': 1.0,
            'manual_tax_amounts': {str(tax.id): {'tax_amount_currency': 0.0, 'base_amount_currency': 1.0}},
        }
        line = self._line(tax_ids=[Command.set(tax.ids)], extra_tax_data=json.loads(json.dumps(forged)))
        self.assertRefused(lambda: order.write({'order_line': [Command.create(line)]}))

    # === Lines ===

    def test_a_line_reaches_a_confirmed_order_by_no_way(self):
        order = self._order(900).with_user(self.seller)
        order.action_confirm()
        quotation = self._large()
        Line = self.env['sale.order.line'].with_user(self.seller)
        for act in (
            lambda: Line.with_context(default_order_id=order.id).create(self._line()),
            lambda: Line.create(self._line(order_id=order.id)),
            lambda: quotation.order_line.write({'order_id': order.id}),
            lambda: order.write({'order_line': [Command.link(quotation.order_line.id)]}),
            lambda: order.write({'order_line': [Command.set((order | quotation).order_line.ids)]}),
            lambda: order.with_context(default_order_line=[Command.create(self._line())]).write(
                {'order_line': [Command.create(self._line())]}
            ),
        ):
            self.assertRefused(act, CreditHold)
            self.assertEqual((order.amount_total, order.state), (900, 'sale'))

    def test_a_down_payment_has_no_quantity(self):
        order = self._order(900).with_user(self.seller)
        order.action_confirm()
        Line = self.env['sale.order.line'].with_user(self.seller)
        self.assertRefused(
            lambda: Line.create(self._line(order_id=order.id, is_downpayment=True)), (UserError, CreditHold)
        )
        quotation = self._order(1).with_user(self.seller)
        self.assertRefused(
            lambda: Line.create(self._line(order_id=quotation.id, is_downpayment=True)), UserError
        )
        advance = Line.create(self._line(order_id=quotation.id, is_downpayment=True, product_uom_qty=0))
        self.assertRefused(lambda: advance.write({'product_uom_qty': 50}), UserError)

    def test_what_replaces_an_invoiced_line_is_growth(self):
        order = self._order(900)
        order.action_confirm()
        order._create_invoices().action_post()
        seller = order.with_user(self.seller)
        self.assertRefused(
            lambda: seller.write(
                {
                    'order_line': [
                        Command.update(order.order_line.id, {'product_uom_qty': 0}),
                        Command.create(self._line(price_unit=900)),
                    ]
                }
            ),
            CreditHold,
        )

    def test_bringing_a_delivery_within_the_horizon_is_checked(self):
        self.company.write({'ar_use_horizon': True, 'ar_horizon_days': 30})
        today = fields.Datetime.now()
        first = self._order(900, commitment_date=fields.Datetime.add(today, days=90)).with_user(self.seller)
        first.action_confirm()
        self._order(900).with_user(self.seller).action_confirm()
        self.assertRefused(lambda: first.write({'commitment_date': today}), CreditHold)
        first.commitment_date = fields.Datetime.add(today, days=60)

    def test_cancelling_hides_no_delivery(self):
        order = self._order(900).with_user(self.seller)
        order.action_confirm()
        order.order_line.qty_delivered = 1
        for act in (order._action_cancel, lambda: order.write({'state': 'draft'})):
            self.assertRefused(act, UserError)
        second = self._order(900).with_user(self.seller)
        self.assertRefused(second.action_confirm, CreditHold)
        order.order_line.qty_delivered = 0
        order._action_cancel()
        second.action_confirm()
        second.order_line.qty_delivered = 1
        second.with_user(self.manager)._action_cancel()
        self.assertEqual(second.state, 'cancel')

    # === Links and payments ===

    def test_a_link_counts_what_the_invoice_bills_to_this_customer(self):
        order = self._order(900)
        order.action_confirm()
        somebody = self.env['res.partner'].create({'name': "Other", 'is_company': True})
        foreign = self._invoice(900, partner=somebody)
        order.order_line.sudo().invoice_lines = foreign.invoice_line_ids
        self.env.flush_all()
        self.env.cr.execute("UPDATE sale_order SET invoice_status = 'to invoice' WHERE id = %s", order.ids)
        self.env.invalidate_all()
        self.assertEqual(self.account.exposure, 900)

    def test_a_context_reaches_no_invoice(self):
        order = self._order(900)
        order.action_confirm()
        wizard = (
            self.env['sale.advance.payment.inv']
            .with_user(self.seller)
            .with_context(
                active_model='sale.order',
                active_ids=order.ids,
                default_amount_total=0,
                default_price_total=10**6,
                default_price_subtotal=10**6,
                default_commercial_partner_id=self.env.company.partner_id.id,
                default_sale_line_ids=[Command.set(order.order_line.ids)],
            )
            .create({'sale_order_ids': [Command.set(order.ids)]})
        )
        wizard.create_invoices()
        invoice = order.invoice_ids
        self.env.invalidate_all()
        self.assertEqual((invoice.amount_total, invoice.commercial_partner_id), (900, self.customer))
        self.assertEqual(invoice.invoice_line_ids.price_total, 900)
        self.assertEqual(
            (invoice.line_ids - invoice.invoice_line_ids).sale_line_ids, order.order_line.browse()
        )
        self.assertEqual(self.account.exposure, 900)

    def test_a_payment_of_another_order_is_not_entered(self):
        order = self._order(5000, user=self.invoicer).with_user(self.invoicer)
        for values in (
            {'transaction_ids': [Command.set([1])], 'state': 'sale'},
            {'amount_paid': 5000.0, 'state': 'sale'},
        ):
            self.assertRefused(lambda v=values: order.write(v))
        self.assertEqual(order.state, 'draft')

    def test_nobody_borrows_the_credit_of_another_customer(self):
        rich = self.env['res.partner'].create({'name': "Rich", 'is_company': True})
        self.env['ar.credit.account'].sudo()._for_partner(rich, self.company).credit_limit = 10**6
        maker = self._user('maker', 'sales_team.group_sale_salesman,base.group_partner_manager')
        Partner = self.env['res.partner'].with_user(maker)
        values = {'name': "Buyer", 'parent_id': self.customer.id}
        self.assertRefused(lambda: Partner.create({**values, 'commercial_partner_id': rich.id}))
        buyer = Partner.with_context(default_commercial_partner_id=rich.id).create(values)
        self.assertEqual(buyer.commercial_partner_id, self.customer)
        self.assertRefused(lambda: buyer.write({'commercial_partner_id': rich.id}))

    # === A hold ===

    def test_a_hold_stops_an_order_of_any_amount(self):
        self.account.credit_limit = 10**6
        self.env['ar.hold'].create({'credit_account_id': self.account.id, 'reason': "Insolvent"})
        advance = self.env['account.payment.term'].create({'name': "Advance", 'ar_prepayment': True})
        for order in (self._order(0), self._order(5, payment_term_id=advance.id), self._order(5)):
            self.assertRefused(order.with_user(self.seller).action_confirm, CreditHold)
            order.with_user(self.seller).action_confirm_with_credit()
            self.assertEqual((order.state, order.credit_decision_ids.reasons), ('draft', 'on_hold'))
        self.account.hold_ids.action_lift("Paid")
        self._rule('credit_limit', outcome='hold')
        self.account.credit_limit = 0
        free = self._order(0)
        free.with_user(self.seller).action_confirm()
        self.assertEqual(free.state, 'sale')

    # === Odoo's own ways ===

    def test_odoo_still_invoices_discounts_and_copies_for_a_seller(self):
        tax = self.env['account.tax'].create({'name': "19", 'amount': 19, 'amount_type': 'percent'})
        order = self._order(100).with_user(self.seller)
        order.order_line.tax_ids = tax
        self.company.sale_discount_product_id = self.env['product.product'].create(
            {'name': "Discount", 'type': 'service', 'invoice_policy': 'order', 'taxes_id': [Command.clear()]}
        )
        discount = self.env['sale.order.discount'].with_user(self.seller)
        for values in (
            {'discount_type': 'so_discount', 'discount_percentage': 0.1},
            {'discount_type': 'amount', 'discount_amount': 1.01},
        ):
            discount.create({'sale_order_id': order.id, **values}).action_apply_discount()
        total = order.amount_total
        self.assertAlmostEqual(total, 119 * 0.9 - 1.01, 2)
        order.action_confirm()
        self.env.invalidate_all()
        self.assertAlmostEqual(self.account.exposure, total, 2)
        wizard = self.env['sale.advance.payment.inv'].with_user(self.seller)
        for method, amount in (('percentage', 30), ('fixed', 20)):
            wizard.create(
                {
                    'sale_order_ids': [Command.set(order.ids)],
                    'advance_payment_method': method,
                    'amount': amount,
                    'fixed_amount': amount,
                }
            ).create_invoices()
        order.sudo().invoice_ids.action_post()
        self.env.invalidate_all()
        self.assertAlmostEqual(self.account.exposure, total, 2)
        wizard.create(
            {'sale_order_ids': [Command.set(order.ids)], 'advance_payment_method': 'delivered'}
        ).create_invoices()
        self.env.invalidate_all()
        self.assertAlmostEqual(self.account.exposure, total, 2)
        order.sudo().invoice_ids.filtered(lambda move: move.state == 'draft').action_post()
        self.env.invalidate_all()
        self.assertAlmostEqual(self.account.exposure, total, 2)
        self.assertEqual(order.invoice_status, 'invoiced')
        copy = order.copy()
        self.assertEqual((copy.state, copy.amount_total > 0, copy.invoice_status), ('draft', True, 'no'))
        cancelled = self._order(10).with_user(self.seller)
        cancelled.action_confirm()
        cancelled._action_cancel()
        cancelled.action_draft()
        cancelled.action_confirm()
