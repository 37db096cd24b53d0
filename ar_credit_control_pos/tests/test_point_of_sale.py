from uuid import uuid4

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import TillCommon
from odoo.addons.ar_credit_control.exceptions import CreditHold


@tagged('post_install', '-at_install')
class TestPointOfSale(TillCommon):
    """What a cashier sends when a sale is validated at the till."""

    def _sell(self, amount, payments, order=None, qty=1, **values):
        """Send a sale of the cashier, taken over from ``order`` if given; return the ``pos.order``."""
        line = {
            'product_id': self.product.id,
            'qty': qty,
            'price_unit': amount / qty,
            'discount': 0,
            'price_subtotal': amount,
            'price_subtotal_incl': amount,
            'tax_ids': [],
            'pack_lot_ids': [],
        }
        if order:
            line.update(sale_order_origin_id=order.id, sale_order_line_id=order.order_line[0].id)
        sale = {
            'uuid': str(uuid4()),
            'access_token': '',
            'session_id': self.till_session.id,
            'user_id': self.cashier.id,
            'partner_id': self.contact.id,
            'date_order': fields.Datetime.to_string(fields.Datetime.now()),
            'state': 'paid',
            'to_invoice': False,
            'amount_paid': amount,
            'amount_return': 0,
            'amount_tax': 0,
            'amount_total': amount,
            'last_order_preparation_change': '{}',
            'lines': [Command.create(line)],
            'payment_ids': [
                Command.create(
                    {'amount': part, 'payment_method_id': method.id, 'name': fields.Datetime.now()}
                )
                for method, part in payments
            ],
            **values,
        }
        answer = self.env['pos.order'].with_user(self.cashier).sync_from_ui([sale])
        self.env.invalidate_all()
        return self.env['pos.order'].browse(answer['pos.order'][0]['id'])

    def _hold(self):
        self.env['ar.hold'].with_user(self.controller).create(
            {'credit_account_id': self.account.id, 'reason': "Insolvency rumour"}
        )

    def _exposure(self):
        self.env.invalidate_all()
        return self.account.exposure

    # === Money in the till ===

    def test_paid_quotation_of_a_held_customer_is_confirmed(self):
        self._hold()
        order = self._order(250)
        sale = self._sell(250, [(self.cash, 250)], order)
        self.assertEqual((sale.state, order.state, order.credit_state), ('paid', 'sale', 'ok'))
        self.assertEqual(self._exposure(), 0)

    def test_part_payment_stays_and_the_quotation_waits(self):
        order = self._order(250)
        order.order_line.write({'product_uom_qty': 5, 'price_unit': 50})
        sale = self._sell(100, [(self.cash, 100)], order, qty=2)
        self.assertEqual((sale.state, sale.amount_paid), ('paid', 100))
        # What is left of the order does not fit.
        self.assertEqual((order.state, order.credit_state), ('draft', 'hold'))
        self.assertRecordValues(
            order.credit_decision_ids, [{'state': 'hold', 'origin': 'pos', 'added_exposure': 150}]
        )
        order.credit_decision_ids.with_user(self.controller).action_release("Pays on Friday")
        self.assertEqual(order.state, 'sale')
        self.assertEqual(self._exposure(), 150)

    def test_client_cannot_borrow_the_entry_point(self):
        order = self._order(250)
        with self.assertRaises(CreditHold):
            order.with_user(self.seller).with_context(credit_entry='AT_TILL').action_confirm()

    # === On account ===

    def test_sale_on_account_is_refused_before_it_is_closed(self):
        self.account.credit_limit = 99
        with self.assertRaises(CreditHold) as refused:
            self._sell(100, [(self.later, 100)])
        self.assertIn("Hua Trading cannot buy on account: Credit limit exceeded", str(refused.exception))
        self.assertNotIn('99', str(refused.exception))
        self.assertFalse(self.till_session.order_ids)

    def test_held_customer_pays_or_does_not_buy(self):
        self._hold()
        with self.assertRaisesRegex(UserError, "Customer is on hold"):
            self._sell(1, [(self.later, 1)])
        self.assertEqual(self._sell(500, [(self.cash, 500)]).state, 'paid')

    def test_open_sessions_count(self):
        self._sell(60, [(self.later, 60)])
        self.assertEqual((self._exposure(), self.account.pos_pay_later), (60, 60))
        with self.assertRaises(CreditHold):
            self._sell(41, [(self.later, 41)])
        self._sell(90, [(self.later, 40), (self.cash, 50)])
        self.assertEqual(self._exposure(), 100)
        order = self._order(1)
        with self.assertRaises(CreditHold):
            order.with_user(self.seller).action_confirm()
        lines = self.env['ar.credit.exposure.line']._create_for(self.account)
        self.assertEqual(sum(lines.mapped('amount')), 100)
        # Closed, the session stands in the books, and counts once.
        self.till_session.post_closing_cash_details(50)
        self.till_session.close_session_from_ui()
        self.assertEqual(self.till_session.state, 'closed')
        self.assertEqual(
            (self._exposure(), self.account.pos_pay_later, self.account.open_items), (100, 0, 100)
        )

    def test_invoiced_sale_counts_once(self):
        sale = self._sell(80, [(self.later, 80)], to_invoice=True)
        self.assertEqual(sale.account_move.state, 'posted')
        self.assertEqual((self._exposure(), self.account.open_items), (80, 80))

    def test_confirmed_order_settled_on_account_was_checked(self):
        order = self._order(100)
        order.with_user(self.seller).action_confirm()
        self.account.credit_limit = 50
        self._sell(100, [(self.later, 100)], order)
        self.assertEqual((self._exposure(), self.account.open_orders), (100, 0))
        with self.assertRaises(CreditHold):
            self._sell(1, [(self.later, 1)])

    def test_quotation_settled_on_account(self):
        order = self._order(100)
        self._sell(100, [(self.later, 100)], order)
        self.assertEqual((order.state, self._exposure()), ('sale', 100))
        other = self._order(50)
        with self.assertRaises(CreditHold):
            self._sell(50, [(self.later, 50)], other)
        other.with_user(self.seller).action_confirm_with_credit()
        other.credit_decision_ids.with_user(self.controller).action_release("Good", confirm=False)
        self._sell(50, [(self.later, 50)], other)
        self.assertEqual((other.state, self._exposure()), ('sale', 150))

    def test_payment_moved_to_the_account_afterwards(self):
        sale = self._sell(150, [(self.cash, 150)])
        payment = sale.payment_ids.with_user(self.cashier)
        with self.assertRaises(CreditHold), self.env.cr.savepoint():
            payment.write({'payment_method_id': self.later.id})
        with self.assertRaises(CreditHold), self.env.cr.savepoint():
            self.env['pos.payment'].with_user(self.cashier).create(
                {'pos_order_id': sale.id, 'amount': 150, 'payment_method_id': self.later.id}
            )
        self.account.credit_limit = 150
        payment.write({'payment_method_id': self.later.id})
        self.assertEqual(self._exposure(), 150)

    def test_till_asks_first(self):
        ask = self.env['pos.order'].with_user(self.cashier).credit_refusal
        self.assertFalse(ask(self.till_session.id, self.contact.id, 100))
        self.assertIn("Credit limit exceeded", ask(self.till_session.id, self.contact.id, 100.01))
        order = self._order(100)
        order.with_user(self.seller).action_confirm()
        self.assertIn("Credit limit exceeded", ask(self.till_session.id, self.contact.id, 1))
        self.assertFalse(ask(self.till_session.id, self.contact.id, 100, {str(order.id): 100}))
        with self.assertRaises(UserError):
            self.env['pos.order'].with_user(self.seller).credit_refusal(
                self.till_session.id, self.contact.id, 1
            )
