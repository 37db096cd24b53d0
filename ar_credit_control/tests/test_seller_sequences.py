import os
import random

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common import CreditCommon
from .hand_count import HandCount, exact

LIMIT = 1000


@tagged('post_install', '-at_install')
class TestSellerSequences(CreditCommon):
    """Whatever a seller sends, in whatever order: nothing beyond the limit is sold without a decision."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account.credit_limit = LIMIT
        cls.somebody = cls.env['res.partner'].create({'name': "Other", 'is_company': True})
        cls.env['ar.credit.account'].sudo()._for_partner(cls.somebody, cls.company).credit_limit = 10**6
        cls.foreign = cls._invoice(700, partner=cls.somebody).invoice_line_ids
        cls.own = cls._invoice(1)
        cls._pay(cls.own)
        cls.tax = cls.env['account.tax'].create({'name': "19", 'amount': 19, 'amount_type': 'percent'})

    def test_random_sequences(self):
        """Few by default; ``AR_SEQUENCES=300`` is what must hold, ``AR_SEED`` repeats them."""
        seed = int(os.environ.get('AR_SEED', '0')) or random.randrange(10**6)
        for turn in range(int(os.environ.get('AR_SEQUENCES', '12'))):
            with self.subTest(seed=seed, turn=turn), self.env.cr.savepoint() as point:
                self._play(random.Random(f'{seed}/{turn}'))
                point.rollback()
            self.env.invalidate_all()

    def _play(self, chance):
        orders = self._order(chance.choice([100, 400, 900]))
        orders |= self._order(chance.choice([300, 900, 2000]))
        for _step in range(20):
            name, act = chance.choice(list(self._acts(chance, orders.with_user(self.seller)).items()))
            try:
                with self.env.cr.savepoint():
                    made = act()
                    self.env.flush_all()
                if isinstance(made, type(orders)):
                    orders |= made.sudo()
            except (UserError, ValidationError):
                self.env.invalidate_all()
            except (ValueError, AssertionError) as error:  # Odoo's own words for values of a wrong kind
                self.env.invalidate_all()
                self.assertRegex(str(error).lower(), 'value|precision_rounding must be positive')
            self._nothing_beyond(orders.sudo(), name)

    def _nothing_beyond(self, orders, name):
        self.env.invalidate_all()
        figures = HandCount(self.company).figures(self.account)
        sold = sum(
            max(sum(self._value(line) for line in order.order_line), 0)
            for order in orders
            if order.state == 'sale' and order.partner_invoice_id.commercial_partner_id == self.customer
        )
        self.assertLessEqual(figures.net, LIMIT, f"{name}: exposure")
        self.assertLessEqual(sold, LIMIT, f"{name}: sold")
        self.assertFalse(orders.credit_decision_ids.filtered(lambda d: d.state == 'released'))

    def _value(self, line):
        price = exact(line.price_unit) * (1 - exact(line.discount) / 100)
        return price * max(exact(line.product_uom_qty), exact(line.qty_delivered) if price > 0 else 0)

    def _acts(self, chance, orders):
        order = chance.choice(orders)
        line = chance.choice(order.order_line) if order.order_line else order.order_line
        other = chance.choice(orders)
        low, high = chance.choice([0, 1, -1]), chance.choice([100, 900, 5000])
        goods = {'product_id': self.product.id, 'price_unit': high, 'tax_ids': [Command.clear()]}
        context = {
            'default_order_id': order.id,
            'default_amount_total': low,
            'default_price_total': low,
            'default_invoice_status': 'invoiced',
            'default_is_downpayment': True,
            'default_state': chance.choice(['draft', 'sale']),
            'default_credit_state': 'released',
            'credit_change': True,
            'mail_notrack': True,
        }
        Line = self.env['sale.order.line'].with_user(self.seller)
        wrong = chance.choice(
            [
                {'amount_total': low},
                {'amount_untaxed': low},
                {'invoice_status': 'invoiced'},
                {'amount_paid': 10**6},
                {'credit_state': 'released'},
                {'currency_rate': 10**6},
                {'credit_remainder_released': True},
            ]
        )
        wrong_line = chance.choice(
            [
                {'price_total': low},
                {'price_subtotal': low},
                {'invoice_status': 'invoiced'},
                {'is_downpayment': True},
                {'qty_invoiced': 10**6},
                {'invoice_lines': [Command.set(self.foreign.ids)]},
                {'invoice_lines': [Command.link(self.own.invoice_line_ids.id)]},
                {'price_reduce_taxinc': low},
                {'state': 'cancel'},
            ]
        )
        return {
            'confirm': order.action_confirm,
            'confirm or hold': order.action_confirm_with_credit,
            'confirm with context': order.with_context(**context).action_confirm,
            'confirm by write': lambda: order.write({'state': 'sale'}),
            'wrong and confirm': lambda: order.write({**wrong, 'state': 'sale'}),
            'wrong': lambda: order.write(wrong),
            'wrong line': lambda: line.write(wrong_line),
            'wrong line and quantity': lambda: line.write({**wrong_line, 'product_uom_qty': 7}),
            'line by command': lambda: order.write({'order_line': [Command.update(line.id, wrong_line)]}),
            'price': lambda: line.write({'price_unit': high}),
            'lower': lambda: line.write({'price_unit': 1, 'product_uom_qty': 1}),
            'quantity': lambda: line.write({'product_uom_qty': chance.choice([0, 1, 5])}),
            'discount': lambda: line.write({'discount': chance.choice([0, 50, 100])}),
            'delivered': lambda: line.write({'qty_delivered': chance.choice([0, 1, -5])}),
            'add': lambda: Line.create({**goods, 'order_id': order.id}),
            'add by context': lambda: Line.with_context(**context).create(goods),
            'add a down payment': lambda: Line.create(
                {**goods, 'order_id': order.id, 'is_downpayment': True}
            ),
            'take off': lambda: Line.create({**goods, 'order_id': order.id, 'price_unit': -high}),
            'move': lambda: line.write({'order_id': other.id}),
            'link': lambda: other.write({'order_line': [Command.link(line.id)]}),
            'remove': line.unlink,
            'new': lambda: order.with_context(**context).create(
                {'partner_id': self.customer.id, 'order_line': [Command.create(goods)]}
            ),
            'copy': lambda: order.with_context(**context).copy(),
            'other customer': lambda: order.write({'partner_id': self.somebody.id}),
            'own customer': lambda: order.write({'partner_id': self.customer.id}),
            'invoice address': lambda: order.write(
                {'partner_invoice_id': chance.choice([self.somebody, self.contact, self.customer]).id}
            ),
            'cancel': order._action_cancel,
            'draft': order.action_draft,
        }
