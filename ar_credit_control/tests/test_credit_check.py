from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from ..exceptions import CreditHold
from .common import CreditCommon


@tagged('post_install', '-at_install')
class TestCreditCheck(CreditCommon):
    """Whatever confirms or raises an order is checked; nothing half-done survives it."""

    def assertHeld(self, order, act):
        with self.assertRaises(CreditHold), self.env.cr.savepoint():
            act()
        order.invalidate_recordset()
        self.assertIn(order.state, ('draft', 'sent', 'cancel'))

    # === Ways to confirm ===

    def test_sample_orders_of_an_app_that_is_being_installed(self):
        self.account.credit_limit = 1
        order = self._order(100)
        self.assertHeld(order, order.action_confirm)
        with patch.object(self.env.registry, 'ready', False):
            order.action_confirm()
        self.assertEqual(order.state, 'sale')

    def test_action_confirm_by_seller(self):
        self.account.credit_limit = 1000
        order = self._order(1000.01)
        self.assertHeld(order, order.with_user(self.seller).action_confirm)
        order.order_line.price_unit = 1000
        order.with_user(self.seller).action_confirm()
        self.assertEqual((order.state, order.credit_state), ('sale', 'ok'))

    def test_what_was_judged_before_counts_while_nothing_changed(self):
        self.account.credit_limit = 1000
        order = self._order(900).with_user(self.seller)
        judged, _refusal = order._credit_judge_first()
        other = self._order(200)
        stranger = self.env['res.partner'].create({'name': "Stranger", 'is_company': True})
        changes = {
            'a higher price': lambda: order.sudo().order_line.write({'price_unit': 1001}),
            'another order': other.with_user(self.seller).action_confirm,
            'another customer': lambda: order.write({'partner_id': stranger.id}),
        }
        self.account.company_id.ar_default_limit_policy = 'amount'
        for what, change in changes.items():
            with self.subTest(what), self.env.cr.savepoint() as point:
                change()
                self.assertHeld(order, order.with_context(ar_credit_judged=judged).action_confirm)
                point.rollback()
        for forged in (True, list(judged), {'order_id': order.id}):
            with self.subTest(forged=forged), self.env.cr.savepoint() as point:
                order.sudo().order_line.write({'price_unit': 1001})
                self.assertHeld(order, order.with_context(ar_credit_judged=forged).action_confirm)
                point.rollback()
        order.with_context(ar_credit_judged=judged).action_confirm()
        self.assertEqual(order.state, 'sale')

    def test_write_state(self):
        self.account.credit_limit = 10
        order = self._order(11)
        self.assertHeld(order, lambda: order.with_user(self.seller).write({'state': 'sale'}))

    def test_create_confirmed(self):
        self.account.credit_limit = 10
        with self.assertRaises(CreditHold), self.env.cr.savepoint():
            self._order(11, state='sale')

    def test_import(self):
        self.account.credit_limit = 10
        order = self._order(11)
        xmlid = order.export_data(['id'])['datas'][0][0]
        result = self.env['sale.order'].load(['id', 'state'], [[xmlid, 'sale']])
        self.assertIn('credit hold' if self.env.uid != 1 else 'reviewing', result['messages'][0]['message'])
        order.invalidate_recordset()
        self.assertEqual(order.state, 'draft')

    def test_sent_quotation_copy_and_uncancelled_order(self):
        self.account.credit_limit = 150
        order = self._order(100)
        order.action_confirm()
        copy = order.copy()
        self.assertEqual(copy.credit_state, 'none')
        copy.action_quotation_sent()
        self.assertHeld(copy, copy.action_confirm)
        order._action_cancel()
        self.account.credit_limit = 50
        order.action_draft()
        self.assertHeld(order, order.action_confirm)

    def test_orders_of_one_call_add_up(self):
        self.account.credit_limit = 100
        orders = self._order(60) | self._order(60, partner=self.contact)
        with self.assertRaises(CreditHold) as caught, self.env.cr.savepoint():
            orders.action_confirm()
        self.assertEqual(caught.exception.order_ids, (orders[1].id,))
        self.assertEqual(orders.mapped('state'), ['draft', 'draft'])
        orders[0].action_confirm()

    def test_unlimited_and_zero(self):
        self._order(10**6).action_confirm()  # nothing decided, nothing checked
        self.account.credit_limit = 0
        order = self._order(1)
        self.assertHeld(order, order.action_confirm)
        self.account.is_unlimited = True
        order.action_confirm()

    def test_company_default_for_customers_without_limit(self):
        self.company.write({'ar_default_limit_policy': 'amount', 'ar_default_limit': 50})
        order = self._order(51)
        self.assertHeld(order, order.action_confirm)
        self.account.credit_limit = 60
        order.action_confirm()
        self.account.write({'credit_limit': 0, 'limit_decided': False})
        second = self._order(1)
        self.assertHeld(second, second.action_confirm)

    def test_zero_amount_order_passes(self):
        self.account.credit_limit = 0
        order = self._order(0)
        order.action_confirm()
        self.assertEqual(order.state, 'sale')

    def test_cash_in_advance_passes_and_leaving_it_is_checked(self):
        self.account.credit_limit = 0
        advance = self.env['account.payment.term'].create({'name': "Advance", 'ar_prepayment': True})
        order = self._order(100, payment_term_id=advance.id)
        order.action_confirm()
        with self.assertRaises(CreditHold), self.env.cr.savepoint():
            order.payment_term_id = self.env.ref('account.account_payment_term_30days')

    # === Increases ===

    def test_any_increase_is_checked_and_no_decrease(self):
        self.account.credit_limit = 100
        order = self._order(100)
        order.action_confirm()
        line = order.order_line
        other = self.env['res.partner'].create({'name': "Other", 'is_company': True})
        self.env['ar.credit.account'].sudo()._for_partner(other, self.company).credit_limit = 10
        eur = self.setup_other_currency('EUR', rates=[('2020-01-01', 0.5)])
        for change in (
            lambda: line.write({'product_uom_qty': 2}),
            lambda: line.write({'price_unit': 101}),
            lambda: order.write(
                {'order_line': [Command.create({'product_id': self.product.id, 'price_unit': 1})]}
            ),
            lambda: self.env['sale.order.line'].create(
                {'order_id': order.id, 'product_id': self.product.id, 'price_unit': 1}
            ),
            lambda: order.write({'partner_invoice_id': other.id}),
            lambda: order.write({'currency_id': eur.id}),
            lambda: order.write(
                {
                    'payment_term_id': self.env.ref('account.account_payment_term_30days').id,
                    'order_line': [Command.update(line.id, {'price_unit': 101})],
                }
            ),
        ):
            with self.assertRaises(CreditHold), self.env.cr.savepoint():
                change()
            order.invalidate_recordset()
            line.invalidate_recordset()
            self.assertEqual(
                (line.product_uom_qty, line.price_unit, order.partner_invoice_id), (1, 100, self.customer)
            )
        self.account.credit_limit = 10  # over the limit now: a smaller order is still better than this one
        line.price_unit = 90
        line.discount = 10
        self.assertEqual(order.amount_total, 81)

    def test_invoice_partner_counts_not_buyer(self):
        self.account.credit_limit = 10
        payer = self.env['res.partner'].create({'name': "Payer", 'is_company': True})
        order = self._order(100, partner_invoice_id=payer.id)
        order.action_confirm()
        self.assertEqual(self.account.exposure, 0)
        self.assertEqual(self.env['ar.credit.account'].sudo()._for_partner(payer, self.company).exposure, 100)

    def test_invoicing_what_was_confirmed_is_never_blocked(self):
        self.account.credit_limit = 100
        order = self._order(100)
        order.action_confirm()
        self.account.credit_limit = 0
        self.env['ar.hold'].create({'credit_account_id': self.account.id, 'reason': "Stop"})
        order.order_line.qty_delivered = 1
        invoice = order._create_invoices()
        invoice.action_post()
        self.assertEqual(invoice.state, 'posted')

    def test_down_payment_is_counted_once(self):
        order = self._order(1000)
        order.action_confirm()
        wizard = (
            self.env['sale.advance.payment.inv']
            .with_context(active_ids=order.ids)
            .create({'advance_payment_method': 'percentage', 'amount': 30, 'sale_order_ids': order.ids})
        )
        advance = wizard._create_invoices(order)
        self.assertEqual((self.account.open_orders, self.account.draft_invoices), (700, 300))
        advance.action_post()
        self.env.invalidate_all()
        self.assertEqual((self.account.open_orders, self.account.open_items), (700, 300))
        self._pay(advance)
        self.env.invalidate_all()
        self.assertEqual(self.account.exposure, 700)
        order._create_invoices(final=True).action_post()
        self.env.invalidate_all()
        self.assertEqual((self.account.open_orders, self.account.open_items), (0, 700))

    # === Rules ===

    def test_overdue_hold_and_dispute(self):
        invoice = self._invoice(500, overdue=31)
        order = self._order(1)
        self.assertHeld(order, order.action_confirm)
        self._rule('oldest_open_item', min_amount=500.01)
        order.action_confirm()
        self._rule('oldest_open_item', min_amount=500)
        second = self._order(1)
        self.assertHeld(second, second.action_confirm)
        self.env['ar.dispute'].create({'move_id': invoice.id, 'amount': 500, 'reason': 'quality'})
        second.action_confirm()

    def test_manual_hold_and_expiry(self):
        hold = self.env['ar.hold'].create({'credit_account_id': self.account.id, 'reason': "Bounced cheque"})
        order = self._order(1)
        self.assertHeld(order, order.action_confirm)
        hold.action_lift("Paid")
        today = fields.Date.context_today(self.account)
        self.account.write({'credit_limit': 100, 'limit_valid_until': today - timedelta(days=1)})
        self.assertHeld(order, order.action_confirm)
        self.account.limit_valid_until = today
        order.action_confirm()

    def test_exceptions_customer_before_grade_before_company(self):
        grade = self.env.ref('ar_base.grade_d')
        self.account.grade_id = grade
        self._rule('oldest_open_item', outcome='none')
        self._invoice(100, overdue=10)
        exception = {'code': 'oldest_open_item', 'company_id': self.company.id}
        Rule = self.env['ar.credit.rule']
        Rule.create({**exception, 'grade_id': grade.id, 'outcome': 'hold', 'max_days': 5})
        order = self._order(1)
        self.assertHeld(order, order.action_confirm)
        Rule.create({**exception, 'credit_account_id': self.account.id, 'outcome': 'hold', 'max_days': 15})
        order.action_confirm()

    # === Companies and currencies ===

    def test_other_company_and_branch(self):
        self.account.credit_limit = 100
        branch = self.env['res.company'].create({'name': "Branch", 'parent_id': self.company.id})
        other = self.setup_other_company()['company']
        self.env.user.company_ids |= branch | other
        self.assertEqual(
            self.env['ar.credit.account'].sudo()._for_partner(self.contact, branch), self.account
        )
        self._order(80, company_id=branch.id).sudo().action_confirm()
        order = self._order(30)
        self.assertHeld(order, order.action_confirm)
        self._order(1000, company_id=other.id).sudo().action_confirm()
        self.assertEqual(self.account.exposure, 80)

    def test_foreign_currency_order(self):
        self.account.credit_limit = 100
        eur = self.setup_other_currency('EUR', rates=[('2020-01-01', 0.5)])  # 1 EUR = 2 of the company's
        pricelist = self.env['product.pricelist'].create({'name': "EUR", 'currency_id': eur.id})
        order = self._order(51, pricelist_id=pricelist.id)
        self.assertEqual(order.currency_id, eur)
        self.assertHeld(order, order.action_confirm)
        order.order_line.price_unit = 50
        order.action_confirm()
        self.assertEqual(self.account.exposure, 100)

    def test_drill_down_sums_to_the_figure(self):
        self._invoice(100, overdue=5)
        self._invoice(40, post=False)
        self._order(70).action_confirm()
        refund = self._invoice(10)._reverse_moves()
        refund.action_post()
        account = self.account
        self.assertEqual(account.exposure, 100 + 40 + 70)
        documents = account._credit_documents()
        for code, model in (('open_items', 'account.move.line'), ('draft_invoices', 'account.move')):
            records = self.env[model].union(*(d.record for d in documents if d.component == code))
            name = 'amount_residual' if model == 'account.move.line' else 'amount_total'
            self.assertEqual(sum(records.mapped(name)), account[code])
