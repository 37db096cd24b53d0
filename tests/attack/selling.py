"""To sell past the credit check: by forged totals, by growth, by hiding what is owed."""

from . import makers as m
from .case import ASK, CONFIRM, NOT_SOLD, WORTH, Case, call, line, new_line, order, write

SELLING = (
    [
        Case(f"{word} after {name}", 'sales', m.over_limit, (*calls, last), NOT_SOLD)
        for name, calls in (
            ("nothing", ()),
            ("the total was set to zero", (order(amount_total=0),)),
            ("totals and tax were set to zero", (order(amount_total=0, amount_untaxed=0, amount_tax=0),)),
            ("a payment was claimed", (order(amount_paid=1e9),)),
            ("it was called invoiced", (order(invoice_status='invoiced'),)),
            ("the lines' totals were set to zero", (line(price_total=0, price_subtotal=0),)),
            ("the lines became down payments", (line(is_downpayment=True),)),
            ("a stranger's invoice was linked", (line(invoice_lines=[(6, 0, ['<invoice_line>'])]),)),
            (
                "it was called invoiced to the last piece",
                (line(qty_invoiced=1, untaxed_amount_invoiced=5000),),
            ),
            ("it was called released", (order(credit_state='released'),)),
            ("the rate was changed", (order(currency_rate=1e-9),)),
            (
                "a release was written",
                (
                    call(
                        'ar.credit.decision',
                        'create',
                        {'order_id': '<order>', 'state': 'released', 'amount': 1e9},
                    ),
                ),
            ),
            (
                "a release came with the context",
                (
                    call(
                        'ar.credit.decision',
                        'create',
                        {'order_id': '<order>'},
                        context={'default_state': 'released', 'default_amount': 1e9},
                    ),
                ),
            ),
            ("the limit was written", (write('ar.credit.account', 'account', credit_limit=1e9),)),
            ("unlimited was written", (write('ar.credit.account', 'account', is_unlimited=True),)),
            ("the rule was written", (write('ar.credit.rule', 'rule', outcome='none'),)),
            (
                "the company's settings were written",
                (
                    call(
                        'res.company',
                        'write',
                        ['<company>'],
                        {'ar_release_tolerance': 1e9, 'ar_four_eyes': False},
                    ),
                ),
            ),
        )
        for word, last in (("confirmed", CONFIRM), ("asked for", ASK))
    ]
    + [
        Case(f"sold by {name}", 'sales', m.over_limit, calls, NOT_SOLD)
        for name, calls in (
            ("the state", (order(state='sale'),)),
            ("state and lock", (order(state='sale', locked=True),)),
            ("state and payment in one", (order(state='sale', amount_paid=1e9),)),
            ("state and total in one", (order(state='sale', amount_total=0),)),
            ("the web client's save", (call('sale.order', 'web_save', ['<order>'], {'state': 'sale'}, {}),)),
            ("an import", (call('sale.order', 'load', ['.id', 'state'], [['<order>', 'sale']]),)),
            ("sent, then the state", (order(state='sent'), order(state='sale'))),
            ("cancelled, then the state", (order(state='cancel'), order(state='sale'))),
        )
    ]
    + [
        Case(f"a new order is sold by {name}", 'sales', m.buyer, calls, WORTH)
        for name, calls in (
            (
                "its state",
                (
                    call(
                        'sale.order',
                        'create',
                        {
                            'partner_id': '<partner>',
                            'state': 'sale',
                            'order_line': [(0, 0, {'product_id': '<product>', 'price_unit': 5000})],
                        },
                    ),
                ),
            ),
            (
                "a default",
                (
                    call(
                        'sale.order',
                        'create',
                        {
                            'partner_id': '<partner>',
                            'order_line': [(0, 0, {'product_id': '<product>', 'price_unit': 5000})],
                        },
                        context={'default_state': 'sale'},
                    ),
                ),
            ),
        )
    ]
    + [
        Case(
            "a copy is sold by its state",
            'sales',
            m.over_limit,
            (call('sale.order', 'copy', ['<order>'], {'state': 'sale'}),),
            WORTH,
        ),
    ]
)

GROWTH = [
    Case(f"a confirmed order grows by {name}", 'sales', m.confirmed, calls, WORTH)
    for name, calls in (
        ("its quantity", (line(product_uom_qty=500),)),
        ("its price", (line(price_unit=50_000),)),
        ("a line", (new_line(50_000, values={'order_id': '<order>'}),)),
        ("a line of the context", (new_line(50_000, context={'default_order_id': '<order>'}),)),
        (
            "a copied line",
            (call('sale.order.line', 'copy', ['<line>'], {'order_id': '<order>', 'price_unit': 50_000}),),
        ),
        ("a line of another quotation", (write('sale.order.line', 'other_line', order_id='<order>'),)),
        (
            "lines of the order",
            (order(order_line=[(0, 0, {'product_id': '<product>', 'price_unit': 50_000})]),),
        ),
        ("a total written first", (order(amount_total=1e9), line(product_uom_qty=500))),
        ("a total written first on the line", (line(price_total=1e9), line(product_uom_qty=500))),
        ("a discount taken back", (line(discount=100, product_uom_qty=500), line(discount=0))),
        (
            "the context's quantity",
            (new_line(1, context={'default_order_id': '<order>', 'default_product_uom_qty': 50_000}),),
        ),
    )
] + [
    Case(
        "a negative line goes after confirmation",
        'sales',
        m.over_limit,
        (
            new_line(-4500, values={'order_id': '<order>'}),
            CONFIRM,
            call('sale.order.line', 'write', ['<line>'], {'price_unit': 50_000}),
        ),
        WORTH,
    ),
    Case(
        "a full discount goes after confirmation",
        'sales',
        m.over_limit,
        (line(discount=100), CONFIRM, line(discount=0)),
        WORTH,
    ),
]

HIDDEN = [
    Case(f"the limit is used twice after {name}", 'sales', m.confirmed_and_next, (hide, CONFIRM), NOT_SOLD)
    for name, hide in (
        ("nothing", order()),
        ("the first was called invoiced", write('sale.order', 'first', invoice_status='invoiced')),
        ("its line was made worth nothing", write('sale.order.line', 'first_line', price_total=0)),
        ("its line became a down payment", write('sale.order.line', 'first_line', is_downpayment=True)),
        (
            "its line was linked to a stranger's invoice",
            write('sale.order.line', 'first_line', invoice_lines=[(6, 0, ['<invoice_line>'])]),
        ),
        (
            "it was called delivered and invoiced",
            write('sale.order.line', 'first_line', qty_delivered=1, qty_invoiced=1),
        ),
        (
            "the remainder was released without approval",
            call('sale.order', 'action_release_remainder', ['<first>']),
        ),
    )
] + [
    Case(
        "a customer on hold buys, its total set to zero",
        'sales',
        m.on_hold,
        (order(amount_total=0), CONFIRM),
        NOT_SOLD,
    ),
    Case("a customer on hold buys", 'sales', m.on_hold, (CONFIRM,), NOT_SOLD),
    Case(
        "the seller lifts the hold",
        'sales',
        m.on_hold,
        (call('ar.hold', 'action_lift', ['<hold>']), write('ar.hold', 'hold', active=False), CONFIRM),
        NOT_SOLD,
    ),
    Case(
        "an invoice is posted past the check by its state",
        'invonly',
        m.draft_invoice,
        (
            write('account.move', 'move', state='posted'),
            call('account.move', 'write', ['<move>'], {'state': 'posted'}, context={'ar_posts': 'x'}),
        ),
        "SELECT state = 'draft' FROM account_move WHERE id = %(move)s",
    ),
    Case("a new customer without a file buys for half a million", 'sales', m.unknown, (CONFIRM,), NOT_SOLD),
    Case(
        "a contact is moved below a rich customer",
        'saleonly',
        m.below_rich,
        (write('res.partner', 'partner', parent_id='<rich>', is_company=False), CONFIRM),
        NOT_SOLD,
    ),
    Case(
        "a contact moved there and back loses its file",
        'saleonly',
        m.below_rich,
        (
            write('res.partner', 'partner', parent_id='<rich>', is_company=False),
            write('res.partner', 'partner', parent_id=False, is_company=True),
        ),
        "SELECT count(*) = 1 FROM ar_credit_account WHERE id = %(account)s AND partner_id = %(partner)s",
    ),
]
