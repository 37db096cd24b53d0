from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from .common import CreditCommon


@tagged('post_install', '-at_install')
class TestExposureDocuments(CreditCommon):
    """What one clicks is what was summed; payments in transit and remainders count as the company says."""

    def _bill_account(self):
        return self.env['account.account'].create(
            {
                'name': "Notes receivable",
                'code': '112100',
                'account_type': 'asset_current',
                'ar_receivable_kind': 'bill',
                'reconcile': True,
            }
        )

    def test_what_is_moved_to_doubtful_stays_in_the_exposure(self):
        doubtful = self.env['account.account'].create(
            {
                'name': "Doubtful",
                'code': '416000',
                'account_type': 'asset_current',
                'ar_receivable_kind': 'doubtful',
                'reconcile': True,
            }
        )
        invoice = self._invoice(100, overdue=5)
        item = invoice.line_ids.filtered(lambda line: line.account_type == 'asset_receivable')
        self.account.invalidate_recordset()
        self.assertEqual(self.account.exposure, 100)
        lines = [(doubtful, 100), (item.account_id, -100)]
        entry = self.env['account.move'].create(
            {
                'line_ids': [
                    Command.create(
                        {'account_id': account.id, 'balance': amount, 'partner_id': item.partner_id.id}
                    )
                    for account, amount in lines
                ]
            }
        )
        entry.action_post()
        (item | entry.line_ids.filtered(lambda line: line.account_id == item.account_id)).reconcile()
        self.account.invalidate_recordset()
        self.assertEqual(self.account.exposure, 100)

    def test_a_payment_taken_back_to_draft_pays_nothing(self):
        paid, partly = self._invoice(100, overdue=5), self._invoice(40, overdue=3)
        payments = self._pay(paid) | self._pay(partly, 25)
        self.account.invalidate_recordset()
        self.assertEqual(self.account.exposure, 15)
        payments.action_draft()
        self.assertTrue(paid.line_ids.matched_credit_ids, "Odoo lets a draft entry keep its match")
        for accounts in (self.account, self.env['ar.credit.account'].search([])):  # some, and all
            accounts.invalidate_recordset()
            self.assertEqual((self.account.exposure, self.account.overdue_days), (140, 5))
        found = self.account._credit_documents()
        self.assertEqual(sum(document.amount for document in found), 140)
        self.account.credit_limit = 150
        order = self._order(20)
        order.with_user(self.seller).action_confirm_with_credit()
        self.assertEqual((order.state, order.credit_state), ('draft', 'hold'))
        payments.action_post()
        self.account.invalidate_recordset()
        self.assertEqual(self.account.exposure, 15)

    def test_a_payment_of_an_invoice_taken_back_to_draft_is_a_credit(self):
        invoice = self._invoice(100)
        self._pay(invoice)
        invoice.button_draft()
        self.account.invalidate_recordset()
        self.assertEqual(
            (self.account.draft_invoices, self.account.unallocated_credits, self.account.exposure),
            (100, -100, 0),
        )

    def test_documents_add_up_to_each_figure(self):
        euro = self.setup_other_currency('EUR', rates=[('2020-01-01', 0.37)])
        self.account.credit_limit = 10**6
        self._invoice(100, overdue=5)
        self._invoice(33.33)
        for amount in (10.01, 20.02, 7.77):
            self._invoice(amount, post=False)
        pricelist = self.env['product.pricelist'].create({'name': "EUR", 'currency_id': euro.id})
        for amount in (11.11, 17.17, 3.33):
            self._order(amount, pricelist_id=pricelist.id).action_confirm()
        delivered = self._order(50)
        delivered.action_confirm()
        delivered.order_line.qty_delivered = 0.5
        self._pay(self._invoice(40), 25)
        self.env['account.payment'].create(
            {
                'payment_type': 'inbound',
                'partner_type': 'customer',
                'partner_id': self.customer.id,
                'amount': 9,
            }
        ).action_post()
        misc = self.env['account.journal'].search(
            [('type', '=', 'general'), ('company_id', '=', self.company.id)], limit=1
        )
        self.env['account.move'].create(
            {
                'journal_id': misc.id,
                'line_ids': [
                    Command.create(
                        {'account_id': self._bill_account().id, 'partner_id': self.customer.id, 'debit': 12}
                    ),
                    Command.create(
                        {'account_id': self.company_data['default_account_revenue'].id, 'credit': 12}
                    ),
                ],
            }
        ).action_post()
        for setting in ('registered', 'bank'):
            with self.subTest(setting):
                self.company.ar_payment_counts = setting
                self.env.invalidate_all()
                figures = {
                    code: float(amount)
                    for code, amount in self.account._credit_exposures()[self.account.id].components.items()
                }
                lines = self.env['ar.credit.exposure.line']._create_for(self.account)
                found = {
                    code: self.account.currency_id.round(
                        sum(lines.filtered(lambda line, c=code: line.component == c).mapped('amount'))
                    )
                    for code in figures
                }
                self.assertEqual(found, figures)
                self.assertEqual(bool(figures['payments_in_transit']), setting == 'bank')
        self.assertEqual(figures['payments_in_transit'], 25 + 9)
        for code in (
            'open_items',
            'unallocated_credits',
            'draft_invoices',
            'open_orders',
            'delivered_not_invoiced',
            'bills',
        ):
            self.assertTrue(figures[code], code)
        action = (
            self.account.with_user(self.controller)
            .with_context(component='open_items')
            .action_open_exposure()
        )
        shown = self.env['ar.credit.exposure.line'].with_user(self.controller).search(action['domain'])
        self.assertAlmostEqual(sum(shown.mapped('amount')), figures['open_items'], 6)
        self.assertEqual(shown[0].with_user(self.controller).action_open()['res_model'], 'account.move')

    def test_a_released_remainder_takes_up_no_credit(self):
        self.account.credit_limit = 100
        order = self._order(80)
        order.action_confirm()
        order.order_line.qty_delivered = 0.25
        self.assertEqual(self.account.exposure, 80)
        change = {'credit_account_id': self.account.id, 'order_id': order.id, 'reason': "Will not ship"}
        self.env['ar.credit.change'].sudo().create(change)._release_remainder()
        self.env.invalidate_all()
        self.assertEqual((self.account.exposure, self.account.open_orders), (20, 0))
        other = self._order(70)
        other.action_confirm()
        # Growing or taking it back counts whole again, and is checked.
        for change in (
            lambda: order.order_line.write({'product_uom_qty': 2}),
            lambda: order.with_user(self.controller).action_release_remainder(),
        ):
            with self.assertRaisesRegex(Exception, "credit hold"), self.env.cr.savepoint():
                change()
        self.assertTrue(order.credit_remainder_released)
        other._action_cancel()
        order.with_user(self.controller).action_release_remainder()
        self.env.invalidate_all()
        self.assertEqual(self.account.exposure, 80)

    def test_group_adds_up_its_members(self):
        sister = self.env['res.partner'].create({'name': "Sister", 'is_company': True})
        other = self.env['ar.credit.account'].sudo()._for_partner(sister, self.company)
        group = (
            self.env['ar.credit.group']
            .sudo()
            .create({'name': "Family", 'company_id': self.company.id, 'credit_limit': 150})
        )
        (self.account | other).write({'credit_limit': 100, 'group_id': group.id})
        self._order(90, partner=sister).action_confirm()
        self.assertEqual(self.account.available_credit, 60)
        self._order(60).action_confirm()
        held = self._order(1)
        held.with_user(self.seller).action_confirm_with_credit()
        self.assertEqual(held.credit_decision_ids.reasons, 'credit_limit')
        self.assertIn(
            "Family",
            held.credit_decision_ids.reason_ids.filtered(lambda r: r.code == 'credit_limit')
            .with_user(self.controller)
            .sentence,
        )
        group.credit_limit = 151
        self._run_recheck()
        self.assertEqual(held.state, 'sale')

    def test_order_rules(self):
        grade = self.env.ref('ar_base.grade_b')
        term = self.env['account.payment.term'].create(
            {
                'name': "90 days",
                'line_ids': [Command.create({'value': 'percent', 'value_amount': 100, 'nb_days': 90})],
            }
        )
        self.account.grade_id = grade
        for code, values, order_values, line_values in (
            ('order_value', {'max_amount': 99}, {}, {}),
            ('terms', {}, {'payment_term_id': term.id}, {}),
            ('discount', {}, {}, {'discount': grade.max_discount + 1}),
        ):
            rule = self._rule(code, outcome='hold', **values)
            order = self._order(100, **order_values)
            order.order_line.write(line_values)
            order.with_user(self.seller).action_confirm_with_credit()
            self.assertEqual(order.credit_decision_ids.reasons, code)
            reason = order.credit_decision_ids.reason_ids.filtered(lambda r, c=code: r.code == c).with_user(
                self.seller
            )
            self.assertTrue(reason.sentence and reason.remedy)
            rule.outcome = 'none'

    def test_new_customer_without_file_and_last_payment(self):
        self._rule('no_file', outcome='hold', max_amount=5)
        order = self._order(10)
        order.with_user(self.seller).action_confirm_with_credit()
        self.assertEqual(order.credit_decision_ids.reasons, 'no_file')
        self.account.grade_id = self.env.ref('ar_base.grade_a')
        self._run_recheck()
        self.assertEqual(order.state, 'sale')
        self._rule('last_payment', outcome='hold', max_days=60)
        invoice = self._invoice(100)
        payment = (
            self.env['account.payment.register']
            .with_context(active_model='account.move', active_ids=invoice.ids)
            .create(
                {'amount': 50, 'payment_date': fields.Date.context_today(self.account) - timedelta(days=61)}
            )
            ._create_payments()
        )
        self.assertTrue(payment)
        late = self._order(10)
        late.with_user(self.seller).action_confirm_with_credit()
        self.assertEqual(late.credit_decision_ids.reasons, 'last_payment')
        self._pay(invoice, 1)
        self._run_recheck()
        self.assertEqual(late.state, 'sale')
