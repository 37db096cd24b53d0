"""What the finance department adds to the random days of ``random_credit``."""

from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from odoo.fields import Command

from .random_credit import Credit
from .random_sales import CENTS, CURRENCY, PICK, SIDE, having


class Finance(Credit):
    @initialize(
        limits=st.tuples(CENTS, CENTS),
        grouped=st.booleans(),
        stages=st.tuples(st.integers(0, 4), st.integers(0, 4)),
    )
    def start(self, limits, grouped, stages):
        """Each customer has a limit and an order of half of it, somewhere between quotation and payment."""
        self.accounts.company_id.sudo().ar_release_max_tolerance = 20  # as much as is tried
        for account, limit in zip(self.accounts, limits):
            account.sudo().credit_limit = limit / 100
        self.world.group.sudo().credit_limit = sum(limits) / 200
        if grouped:
            self.accounts.sudo().group_id = self.world.group
        for side, stage in enumerate(stages):
            self.quote(side, 0, 2, limits[side] // 4, 'company', False)
            self.advance(self.orders.search([], order='id desc', limit=1), stage)

    def advance(self, order, stage):
        if stage > 0:
            self.as_seller(order).action_confirm()
        if stage > 1 and order.amount_total:
            self.as_clerk(order)._create_invoices()
        if stage > 2:
            self.as_clerk(order.invoice_ids).action_post()
        if stage > 3 and order.invoice_ids.amount_residual:
            self.as_clerk(self.env['account.payment.register']).with_context(
                active_model='account.move', active_ids=order.invoice_ids.ids
            ).create({})._create_payments()

    @having('billable')
    @rule(number=PICK, share=st.sampled_from([1, 1, 0.5, 0.25]), deduct=st.booleans())
    def invoice_order(self, number, share, deduct):
        order = self.pick(number, 'billable')
        wizard = (
            self.as_clerk(self.env['sale.advance.payment.inv'])
            .with_context(active_ids=order.ids)
            .create({'advance_payment_method': 'delivered', 'deduct_down_payments': deduct})
        )
        moves = self.unless_odoo_refuses(lambda: wizard._create_invoices(wizard.sale_order_ids))
        if moves and share != 1:
            for line in moves.invoice_line_ids.filtered(
                lambda x: x.display_type == 'product' and x.quantity > 0
            ):
                line.quantity *= share

    @having('order')
    @rule(number=PICK, method=st.sampled_from(['percentage', 'fixed']), amount=st.integers(1, 60))
    def ask_down_payment(self, number, method, amount):
        order = self.pick(number, 'order')
        if order.amount_total > 0:
            wizard = (
                self.as_clerk(self.env['sale.advance.payment.inv'])
                .with_context(active_ids=order.ids)
                .create(
                    {
                        'advance_payment_method': method,
                        'amount': amount,
                        'fixed_amount': order.amount_total * amount / 100,
                    }
                )
            )
            self.unless_odoo_refuses(lambda: wizard._create_invoices(wizard.sale_order_ids))

    @rule(side=SIDE, cents=CENTS, currency=CURRENCY)
    def invoice_freely(self, side, cents, currency):
        self.as_clerk(self.env['account.move']).create(
            {
                'move_type': 'out_invoice',
                'partner_id': self.accounts[side].partner_id.id,
                'invoice_date': self.today,
                'currency_id': self.currency(currency).id,
                'invoice_line_ids': [
                    Command.create(
                        {'product_id': self.world.products[0].id, 'quantity': 1, 'price_unit': cents / 100}
                    )
                ],
            }
        )

    @having('draft')
    @rule(number=PICK)
    def post(self, number):
        move = self.as_clerk(self.pick(number, 'draft'))
        move.invoice_date = self.today
        self.unless_odoo_refuses(move.action_post)

    @having('draft')
    @rule()
    def post_all(self):
        for number in range(len(self.found['draft'])):
            self.post(number)

    @having('posted')
    @rule(number=PICK)
    def reset_to_draft(self, number):
        self.as_clerk(self.pick(number, 'posted')).button_draft()

    @having('draft')
    @rule(number=PICK, delete=st.booleans())
    def drop_draft(self, number, delete):
        move = self.as_clerk(self.pick(number, 'draft'))
        self.unless_odoo_refuses(move.unlink if delete else move.button_cancel)

    @having('invoice')
    @rule(number=PICK, share=st.sampled_from([1, 0.5]), modify=st.booleans())
    def credit_note(self, number, share, modify):
        move = self.pick(number, 'invoice')
        wizard = (
            self.as_clerk(self.env['account.move.reversal'])
            .with_context(active_model='account.move', active_ids=move.ids)
            .create({'reason': "Returned", 'journal_id': move.journal_id.id, 'date': self.today})
        )
        if modify:
            self.unless_odoo_refuses(wizard.modify_moves)
            return
        wizard.refund_moves()
        for line in wizard.new_move_ids.invoice_line_ids.filtered(lambda x: x.display_type == 'product'):
            line.quantity *= share

    @having('unpaid')
    @rule(number=PICK, share=st.sampled_from([0.3, 1, 1, 1.5]), currency=CURRENCY)
    def pay(self, number, share, currency):
        move = self.pick(number, 'unpaid')
        wizard = (
            self.as_clerk(self.env['account.payment.register'])
            .with_context(active_model='account.move', active_ids=move.ids)
            .create({'currency_id': self.currency(currency).id})
        )
        if share != 1:
            wizard.amount = wizard.currency_id.round(wizard.amount * share) or 0.01
        wizard._create_payments()

    @rule(side=SIDE, cents=CENTS, currency=CURRENCY)
    def receive(self, side, cents, currency):
        """Money that nobody has matched yet."""
        self.as_clerk(self.env['account.payment']).create(
            {
                'payment_type': 'inbound',
                'partner_type': 'customer',
                'partner_id': self.accounts[side].partner_id.id,
                'amount': cents / 100,
                'currency_id': self.currency(currency).id,
            }
        ).action_post()

    @having('unpaid')
    @rule(number=PICK)
    def match(self, number):
        """Match an invoice with whatever the customer has given."""
        item = self.pick(number, 'unpaid').line_ids.filtered(lambda x: x.account_type == 'asset_receivable')
        credits_ = self.env['account.move.line'].search(
            [
                ('partner_id', '=', item.partner_id.id),
                ('account_id', '=', item.account_id.id),
                ('parent_state', '=', 'posted'),
                ('reconciled', '=', False),
                ('balance', '<', 0),
            ]
        )
        if credits_:
            self.as_clerk(item | credits_).reconcile()

    @having('payment')
    @rule(number=PICK)
    def cancel_payment(self, number):
        payment = self.as_clerk(self.pick(number, 'payment'))
        self.unless_odoo_refuses(lambda: payment.action_draft() or payment.action_cancel())

    @rule(side=SIDE, cents=CENTS, receives=st.booleans(), which=st.integers(0, 1))
    def bill(self, side, cents, receives, which):
        """A note is taken for what is owed, or cashed."""
        amount = cents / 100 * (1 if receives else -1)
        self.as_clerk(self.env['account.move']).create(
            {
                'journal_id': self.world.misc.id,
                'date': self.today,
                'line_ids': [
                    Command.create(
                        {
                            'account_id': account.id,
                            'partner_id': self.accounts[side].partner_id.id,
                            'balance': balance,
                        }
                    )
                    for account, balance in (
                        (self.world.bill_accounts[which], amount),
                        (self.world.receivable, -amount),
                    )
                ],
            }
        ).action_post()
