"""Random days of a sales department: what ``test_random_days`` lets people do."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command

from ..exceptions import CreditHold

PICK = st.integers(0, 11)
CENTS = st.integers(1, 40000)
QUANTITY = st.sampled_from([1, 2, 3, 0.5, 7])
SHARE = st.sampled_from([0, 0.25, 0.5, 1, 1.5])
CURRENCY = st.sampled_from(['company', 'company', 'euro'])
SIDE = st.sampled_from([0, 0, 0, 1])


def having(*kinds):
    """Let a step happen only while there is a document of one of these kinds."""
    return precondition(lambda self: any(self.found[kind] for kind in kinds))


class Documents(RuleBasedStateMachine):
    """Two customers, maybe of one credit group, and everything that moves what they owe.

    ``world`` is the test case: it has the company, the people, the products. One run lives in one savepoint.
    """

    def __init__(self, world):
        super().__init__()
        self.world, self.env = world, world.env
        self.accounts = world.accounts
        self.today = fields.Date.context_today(world.company)
        self.savepoint = self.env.cr.savepoint()
        self.looks = {}
        self.look()

    def teardown(self):
        self.savepoint.close(rollback=True)
        self.env.invalidate_all()

    # === What there is ===

    def look(self):
        """List the documents by what can be done with them."""
        partners = self.accounts.partner_id
        orders = self.env['sale.order'].search([('partner_id', 'in', partners.ids)], order='id')
        moves = self.env['account.move'].search(
            [('partner_id', 'in', partners.ids), ('move_type', 'in', ('out_invoice', 'out_refund'))],
            order='id',
        )
        self.orders = orders
        self.found = {
            'quotation': orders.filtered(lambda o: o.state in ('draft', 'sent')),
            'order': orders.filtered(lambda o: o.state == 'sale'),
            'cancelled': orders.filtered(lambda o: o.state == 'cancel'),
            'billable': orders.filtered(lambda o: o.invoice_status == 'to invoice'),
            'held': self.env['ar.credit.decision'].search(
                [('order_id', 'in', orders.ids), ('state', '=', 'hold')], order='id'
            ),
            'released': self.env['ar.credit.decision'].search(
                [('order_id', 'in', orders.ids), ('state', '=', 'released')], order='id'
            ),
            'draft': moves.filtered(lambda m: m.state == 'draft'),
            'posted': moves.filtered(lambda m: m.state == 'posted'),
            'invoice': moves.filtered(lambda m: m.state == 'posted' and m.move_type == 'out_invoice'),
            'unpaid': moves.filtered(
                lambda m: m.state == 'posted' and m.move_type == 'out_invoice' and m.amount_residual > 0
            ),
            'payment': self.env['account.payment'].search(
                [('partner_id', 'in', partners.ids), ('state', 'in', ('in_process', 'paid'))], order='id'
            ),
            'security': self.env['ar.credit.security'].search(
                [('credit_account_id', 'in', self.accounts.ids)], order='id'
            ),
        }

    def pick(self, number, *kinds):
        records = self.found[kinds[0]].union(*(self.found[kind] for kind in kinds[1:]))
        return records[number % len(records)]

    def currency(self, code):
        return self.world.euro if code == 'euro' else self.world.company.currency_id

    # === Ways to act ===

    def as_seller(self, record):
        return record.with_user(self.world.seller)

    def as_clerk(self, record):
        return record.with_user(self.world.clerk)

    def as_controller(self, record):
        return record.with_user(self.world.controller)

    def checked(self, act):
        """Act where credit control may refuse; what is refused leaves no trace."""
        before = self.picture()
        try:
            with self.env.cr.savepoint():
                act()
        except CreditHold:
            self.env.invalidate_all()
            assert self.picture() == before, "a refused change left a trace"
            return False
        return True

    def picture(self):
        figures = self.accounts._credit_exposures()
        orders = self.orders.exists()
        return (
            [figures[account.id].components for account in self.accounts],
            [
                (
                    o.id,
                    o.state,
                    o.amount_total,
                    o.credit_state,
                    o.partner_invoice_id.id,
                    o.currency_id.id,
                    len(o.credit_decision_ids),
                    o.credit_remainder_released,
                )
                for o in orders
            ],
        )

    def unless_odoo_refuses(self, act):
        """Act where Odoo has rules of its own, such as no posted invoice with a negative total."""
        try:
            with self.env.cr.savepoint():
                return act()
        except CreditHold:
            raise
        except UserError:
            self.env.invalidate_all()
            return None


class Sales(Documents):
    def line(self, product, quantity, cents):
        return Command.create(
            {
                'product_id': self.world.products[product].id,
                'product_uom_qty': quantity,
                'price_unit': cents / 100,
            }
        )

    @rule(
        side=SIDE,
        product=st.integers(0, 2),
        quantity=QUANTITY,
        cents=CENTS,
        currency=CURRENCY,
        advance=st.sampled_from([False] * 5 + [True]),
    )
    def quote(self, side, product, quantity, cents, currency, advance):
        """The seller writes a quotation."""
        self.as_seller(self.env['sale.order']).create(
            {
                'partner_id': self.accounts[side].partner_id.id,
                'pricelist_id': self.world.pricelists[currency].id,
                'payment_term_id': self.world.advance.id if advance else False,
                'order_line': [self.line(product, quantity, cents)],
            }
        )

    @having('quotation')
    @rule(number=PICK, by_button=st.booleans())
    def confirm(self, number, by_button):
        """The seller confirms; whether credit control lets it pass is known beforehand, by hand."""
        order = self.pick(number, 'quotation')
        self.env.flush_all()
        passes = self.world.justified(order, without=order)
        if by_button:
            self.as_seller(order).action_confirm_with_credit()
            assert passes or order.credit_state == 'hold', "the button recorded no hold"
        else:
            self.checked(self.as_seller(order).action_confirm)
        assert (order.state == 'sale') == passes, f"{order.name} should {'' if passes else 'not '}have passed"

    @having('quotation')
    @rule()
    def confirm_all(self):
        """The list's action: each order stands for itself."""
        self.as_seller(self.found['quotation']).action_confirm_with_credit()
        self.looks['order'] = self.found['quotation'].ids

    @having('quotation', 'order')
    @rule(
        number=PICK,
        quantity=QUANTITY,
        cents=CENTS,
        what=st.sampled_from(['quantity', 'price', 'add', 'discount', 'zero']),
    )
    def change(self, number, quantity, cents, what):
        order = self.pick(number, 'quotation', 'order')
        line = order.order_line.filtered(lambda x: not x.is_downpayment and not x.display_type)[:1]
        if what == 'add':
            self.checked(
                lambda: self.as_seller(order).write({'order_line': [self.line(cents % 3, quantity, cents)]})
            )
        elif line:
            values = {
                'quantity': {'product_uom_qty': quantity},
                'price': {'price_unit': cents / 100},
                'discount': {'discount': cents / 400},
                'zero': {'product_uom_qty': 0},
            }[what]
            self.checked(lambda: self.unless_odoo_refuses(lambda: self.as_seller(line).write(values)))

    @having('order')
    @rule(
        number=PICK,
        name=st.sampled_from(['product_uom_qty', 'price_unit']),
        factor=st.sampled_from([1.02, 3, 10]),
    )
    def outgrow(self, number, name, factor):
        """A confirmed order becomes larger."""
        for line in self.pick(number, 'order').order_line.filtered('price_total')[:1]:
            self.checked(
                lambda line=line: self.unless_odoo_refuses(
                    lambda: self.as_seller(line).write({name: line[name] * factor})
                )
            )

    @having('quotation')
    @rule(number=PICK, currency=CURRENCY)
    def change_pricelist(self, number, currency):
        order = self.as_seller(self.pick(number, 'quotation'))
        order.pricelist_id = self.world.pricelists[currency]
        order.action_update_prices()

    @having('order')
    @rule(number=PICK, currency=CURRENCY)
    def change_currency(self, number, currency):
        order = self.pick(number, 'order')
        if not order.order_line.invoice_lines:
            self.checked(lambda: self.as_seller(order).write({'currency_id': self.currency(currency).id}))

    @having('quotation', 'order')
    @rule(number=PICK, side=SIDE)
    def change_payer(self, number, side):
        order = self.pick(number, 'quotation', 'order')
        self.checked(
            lambda: self.as_seller(order).write({'partner_invoice_id': self.accounts[side].partner_id.id})
        )

    @having('quotation', 'order')
    @rule(number=PICK, which=st.sampled_from(['advance', 'days', 'none']))
    def change_terms(self, number, which):
        order = self.pick(number, 'quotation', 'order')
        term = {
            'advance': self.world.advance,
            'days': self.world.term_30,
            'none': self.world.advance.browse(),
        }[which]
        self.checked(lambda: self.as_seller(order).write({'payment_term_id': term.id}))

    @having('quotation', 'order')
    @rule(number=PICK, days=st.sampled_from([0, 29, 30, 31, 90]))
    def promise_delivery(self, number, days):
        order = self.pick(number, 'quotation', 'order')
        self.as_seller(order).commitment_date = fields.Datetime.to_datetime(self.today + timedelta(days=days))

    @having('order')
    @rule(number=PICK, which=PICK, share=SHARE)
    def deliver(self, number, which, share):
        order = self.pick(number, 'order')
        lines = order.order_line.filtered(lambda x: not x.is_downpayment and not x.display_type)
        if lines:
            line = lines[which % len(lines)]
            self.as_seller(line).qty_delivered = line.product_uom_qty * share

    @having('quotation', 'order')
    @rule(number=PICK)
    def cancel_order(self, number):
        # Drafts are cancelled with it, which Odoo leaves to people who may invoice. What was delivered and is
        # on no invoice keeps its order.
        self.unless_odoo_refuses(self.as_clerk(self.pick(number, 'quotation', 'order'))._action_cancel)

    @having('cancelled')
    @rule(number=PICK)
    def reopen_order(self, number):
        self.as_seller(self.pick(number, 'cancelled')).action_draft()

    @having('quotation', 'cancelled')
    @rule(number=PICK)
    def delete_order(self, number):
        order = self.pick(number, 'quotation', 'cancelled')
        self.unless_odoo_refuses(lambda: order.with_user(self.world.manager).unlink())
