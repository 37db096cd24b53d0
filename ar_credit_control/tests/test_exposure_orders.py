from unittest.mock import patch

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from ..engine import orders as engine
from ..models import ar_credit_account_exposure
from .common import CreditCommon
from .hand_count import HandCount


@tagged('post_install', '-at_install')
class TestExposureOrders(CreditCommon):
    """What an order weighs, line by line."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account.credit_limit = 10**6

    def _of(self, *lines, **values):
        """Return a confirmed order of lines (quantity, price, delivered)."""
        order = self.env['sale.order'].create(
            {
                'partner_id': self.customer.id,
                'order_line': [
                    Command.create(
                        {
                            'product_id': self.product.id,
                            'product_uom_qty': quantity,
                            'price_unit': price,
                            'tax_ids': [Command.clear()],
                        }
                    )
                    for quantity, price, _delivered in lines
                ],
                **values,
            }
        )
        order.action_confirm()
        for line, (_quantity, _price, delivered) in zip(order.order_line, lines):
            line.qty_delivered = delivered
        return order

    def _bill(self, line, amount, post=True):
        """Return an invoice of a line's price for as much of its quantity as makes the amount."""
        move = self._invoice(line.price_unit, post=False)
        move.invoice_line_ids.quantity = amount / line.price_unit
        move.invoice_line_ids.sale_line_ids = line
        if post:
            move.action_post()
        return move

    def assertWeighs(self, not_invoiced, still_open):
        self.env.flush_all()
        self.env.invalidate_all()
        found = self.account._credit_exposures()[self.account.id].components
        self.assertEqual(
            (float(found['delivered_not_invoiced']), float(found['open_orders'])), (not_invoiced, still_open)
        )
        counted = HandCount(self.company).figures(self.account)
        self.assertEqual(
            {code: float(amount) for code, amount in found.items()},
            {code: float(amount) for code, amount in counted.components.items()},
        )
        lines = self.env['ar.credit.exposure.line']._create_for(self.account)
        self.assertAlmostEqual(sum(lines.mapped('amount')), self.account.exposure, 6)

    def test_nothing_is_counted_twice(self):
        for delivered, posted, draft, open_part, not_invoiced in (
            (0, 0, 0, 100, 0),
            (0.6, 0, 0, 40, 60),
            (0.6, 20, 10, 40, 30),
            (0.2, 60, 0, 40, 0),  # invoiced ahead of delivery
            (1.3, 100, 0, 0, 30),  # delivered too much
            (0, 120, 0, 0, 0),  # invoiced too much
        ):
            with (
                self.subTest(delivered=delivered, posted=posted, draft=draft),
                self.env.cr.savepoint() as point,
            ):
                order = self._of((1, 100, delivered))
                for amount, post in ((posted, True), (draft, False)):
                    if amount:
                        self._bill(order.order_line, amount, post)
                if posted < 100:
                    self.assertWeighs(not_invoiced, open_part)
                self.assertEqual(float(order._credit_weights()[order.id]), max(open_part + not_invoiced, 0))
                point.rollback()
            self.env.invalidate_all()

    def test_one_line_hides_no_other(self):
        self._of((5, 100, 10), (5, 100, 0))
        self.assertWeighs(1000, 500)

    def test_invoiced_beyond_one_line_hides_no_other(self):
        order = self._of((5, 100, 0), (5, 100, 0))
        self._bill(order.order_line[0], 800)
        self.assertWeighs(0, 500)

    def test_a_discount_counts_in_full_and_not_below_zero(self):
        order = self._of((10, 100, 10), (1, -200, 0))
        self.assertWeighs(800, 0)
        order.order_line[0].qty_delivered = 5
        self.assertWeighs(500, 300)
        self._of((1, 10, 0), (1, -10, 0))
        self.assertWeighs(500, 300)

    def test_paid_in_advance_weighs_what_was_delivered(self):
        advance = self.env['account.payment.term'].create({'name': "Advance", 'ar_prepayment': True})
        order = self._of((50, 100, 0), payment_term_id=advance.id)
        self.assertWeighs(0, 0)
        order.order_line.qty_delivered = 2
        self.assertWeighs(200, 0)

    def test_delivered_without_being_ordered(self):
        self.product.invoice_policy = 'delivery'
        order = self._of((1, 100, 1))
        order.order_line.product_uom_qty = 0
        self.assertWeighs(100, 0)

    def test_a_refund_opens_the_order_again_once_it_is_posted(self):
        order = self._of((1, 100, 0), (1, 50, 0))
        invoice = self._bill(order.order_line[0], 100)
        self.assertWeighs(0, 50)
        refund = invoice._reverse_moves([{'invoice_date': fields.Date.context_today(self.account)}])
        self.assertWeighs(0, 50)
        refund.action_post()
        self.assertWeighs(0, 150)

    def test_security_is_a_row_of_the_drill_down(self):
        self._of((1, 100, 0))
        for kind, amount, cover in (('deposit', 30, 100), ('insurance', 500, 90)):
            self.env['ar.credit.security'].sudo().create(
                {'credit_account_id': self.account.id, 'kind': kind, 'amount': amount, 'cover': cover}
            )
        self.env.invalidate_all()
        lines = self.env['ar.credit.exposure.line']._create_for(self.account)
        self.assertEqual(sum(lines.mapped('amount')), self.account.exposure)
        secured = lines.filtered(lambda line: line.component == 'secured')
        self.assertEqual((len(secured), sum(secured.mapped('amount'))), (2, -100))

    def test_one_pass_says_what_single_questions_say(self):
        other = self.setup_other_company()['company']
        other.write(
            {
                'ar_deduct_credits': False,
                'ar_payment_counts': 'bank',
                'ar_use_horizon': True,
                'ar_horizon_days': 10,
            }
        )
        branch = self.env['res.company'].create({'name': "Branch", 'parent_id': self.company.id})
        later = fields.Datetime.add(fields.Datetime.now(), days=60)
        accounts = self.account
        for company in (self.company, other, branch):
            self.env.user.company_ids |= company
            accounts |= self.env['ar.credit.account']._for_partner(self.customer, company)
            product = self.product.with_company(company)
            for day in (False, later):
                order = (
                    self.env['sale.order']
                    .with_company(company)
                    .create(
                        {
                            'partner_id': self.customer.id,
                            'company_id': company.id,
                            'commitment_date': day,
                            'order_line': [
                                Command.create(
                                    {'product_id': product.id, 'price_unit': 70, 'tax_ids': [Command.clear()]}
                                )
                            ],
                        }
                    )
                )
                order.action_confirm()
        self._pay(self._invoice(100), 150)
        self.env.invalidate_all()
        self.assertEqual(len(accounts), 2)
        together = accounts._credit_exposures()
        self.assertEqual(
            [float(together[account.id].components['open_orders']) for account in accounts], [280, 70]
        )
        self.assertEqual(
            together, {account.id: account._credit_exposures()[account.id] for account in accounts}
        )
        with patch.object(ar_credit_account_exposure, 'NAMED', 0):
            self.assertEqual(accounts._credit_exposures(), together)

    def test_searching_and_sorting_by_figures(self):
        others = self.env['res.partner'].create([{'name': f"C{i}", 'is_company': True} for i in range(3)])
        accounts = self.account.union(
            *(self.env['ar.credit.account']._for_partner(partner, self.company) for partner in others)
        )
        self._of((1, 700, 0))
        for number, account in enumerate(accounts[1:], 1):
            account.credit_limit = 1000 * number
            self._order(100 * number, partner=account.partner_id).action_confirm()
        Account = self.env['ar.credit.account'].with_user(self.controller)
        domain = [('id', 'in', accounts.ids)]
        self.assertEqual(
            Account.search([*domain, ('exposure', '>', 200)]).ids, [accounts[3].id, accounts[0].id]
        )
        self.assertEqual(
            Account.search(domain, order='exposure desc').ids,
            [accounts[0].id, accounts[3].id, accounts[2].id, accounts[1].id],
        )
        self.assertEqual(
            Account.search(domain, order='available_credit', limit=2).ids, [accounts[1].id, accounts[2].id]
        )
        self.assertEqual(Account.search([*domain, ('available_credit', '=', 900)]).ids, [accounts[1].id])
        self.assertEqual(Account.search_count([*domain, ('exposure', '<=', 300)]), 3)
        with patch.object(self.env.registry['ar.credit.account'], '_credit_figures_of_all') as figures:
            self.assertTrue(Account.fields_get(['exposure'])['exposure']['sortable'])
        figures.assert_not_called()

    def test_an_untouched_order_weighs_as_the_books_say(self):
        """What is untouched is weighed without a query; the query says the same."""
        for prices, down_payment in (
            ((100,), None),
            ((100, -30), None),
            ((100, -130), None),
            ((0,), None),
            ((33.335, 0.005, -0.005), None),
            ((100,), 40),
            ((100, -20), -40),
        ):
            order = self._order(prices[0])
            lines = [Command.create({'name': "Line", 'display_type': 'line_note'})]
            lines += [
                Command.create(
                    {'product_id': self.product.id, 'price_unit': price, 'tax_ids': [Command.clear()]}
                )
                for price in prices[1:]
            ]
            if down_payment:
                values = {'name': "Down payment", 'is_downpayment': True, 'product_uom_qty': 0}
                lines.append(Command.create({**values, 'price_unit': down_payment}))
            order.sudo().order_line = lines
            self.env.flush_all()
            [[_order, amount]] = self.env.execute_query(engine.weights(order.ids))
            with self.subTest(prices), patch.object(type(order), '_credit_amounts', lambda *_args: {}):
                self.assertEqual(float(order._credit_weights()[order.id]), amount)
