"""One company's quarter, relative to today: what its customers bought, and how they paid.

It goes through the product's own flows. What happened in the past is entered by the server's own code,
because nobody can sign or promise yesterday.
"""

from datetime import timedelta

from odoo import fields
from odoo.fields import Command

from .customers import CUSTOMERS


def load(env, people):
    """Let the customers buy and pay, once; nothing without a chart of accounts.

    :param people: {login: user} of the demo's roles.
    :return: {name: partner} of the customers, empty where they are there already.
    """
    company = env.ref('base.main_company')
    if not company.chart_template or env['res.partner'].search_count([('name', '=', CUSTOMERS[0].name)]):
        return {}
    env['res.lang']._activate_lang('de_DE')
    suite = env['ir.module.module'].search([('name', '=like', r'ar\_%'), ('state', '=', 'installed')])
    suite._update_translations('de_DE')
    env = env(context={**env.context, 'tracking_disable': True})
    rules = env['ar.credit.rule'].search([])
    outcomes = {rule: rule.outcome for rule in rules}
    rules.outcome = 'none'  # what was sold is sold; nothing of the past is stopped today
    env['res.partner'].search([('customer_rank', '>', 0)]).user_id = people['sales']
    partners = {customer.name: _partner(env, customer, people) for customer in CUSTOMERS}
    _sell(env, company, partners, people['sales'])
    _orders_behind(env, company, people['sales'])
    for rule, outcome in outcomes.items():
        rule.outcome = outcome
    _credit(env, company, partners, people)
    return partners


def day(env, days):
    return fields.Date.context_today(env.user) + timedelta(days=days)


def _partner(env, customer, people):
    domain = ''.join(letter for letter in customer.name.lower() if letter.isascii() and letter.isalpha())
    mail = f'{domain or customer.phone[-4:]}.example.com'
    return env['res.partner'].create(
        {
            'name': customer.name,
            'is_company': True,
            'customer_rank': 1,
            'city': customer.city,
            'street': "1 Station Road",
            'country_id': env.ref(f'base.{customer.country}').id,
            'phone': customer.phone,
            'email': f'accounts@{mail}',
            'lang': customer.lang,
            'user_id': people['sales'].id,
            'comment': customer.note,
            'child_ids': [
                Command.create(
                    {
                        'name': customer.person,
                        'type': 'invoice',
                        'function': "Accounts payable",
                        'email': f'payable@{mail}',
                        'phone': customer.phone,
                        'lang': customer.lang,
                    }
                )
            ],
        }
    )


# === What was sold, and paid ===


def _sell(env, company, partners, seller):
    """Order, deliver, invoice and pay as each customer's habit says."""
    product = env['product.product'].create(
        {
            'name': "Valve Set VS-12",
            'type': 'service',
            'invoice_policy': 'order',
            'list_price': 318.40,
            'taxes_id': [Command.clear()],
        }
    )
    plan = [
        (customer, months, day(env, -30 * months - 3 * (number % 7) - 2))
        for number, customer in enumerate(CUSTOMERS)
        for months in customer.months
    ]
    orders = (
        env['sale.order']
        .with_company(company)
        .create(
            [
                {
                    'partner_id': partners[customer.name].id,
                    'company_id': company.id,
                    'user_id': seller.id,
                    'date_order': on,
                    'currency_id': env.ref(f'base.{customer.currency}').id,
                    'payment_term_id': env.ref('account.account_payment_term_30days').id,
                    'order_line': [
                        Command.create(
                            {'product_id': product.id, 'product_uom_qty': customer.size + months % 3}
                        )
                    ],
                }
                for customer, months, on in plan
            ]
        )
    )
    orders.action_confirm()
    late = {}
    for order, (customer, _months, on) in zip(orders, plan, strict=True):
        order.date_order = on
        invoice = order._create_invoices()
        invoice.write({'invoice_date': on, 'date': on})
        late[invoice] = customer.late
    env['account.move'].union(*late).action_post()
    for number, (invoice, days) in enumerate(late.items()):
        if days is not None:
            paid = invoice.invoice_date_due + timedelta(days=days + number % 5)
            if paid < fields.Date.context_today(env.user):
                receipt(invoice, paid)


def receipt(moves, on, amount=None):
    """Register what a customer paid on a day: of the moves, all or an amount."""
    return (
        moves.env['account.payment.register']
        .with_context(active_model='account.move', active_ids=moves.ids)
        .create({'payment_date': on, **({'amount': amount} if amount else {'group_payment': True})})
        ._create_payments()
    )


def _orders_behind(env, company, seller):
    """Enter the orders of the invoices that have none, as they were invoiced."""
    invoices = (
        env['account.move']
        .search(
            [
                ('company_id', '=', company.id),
                ('move_type', '=', 'out_invoice'),
                ('state', '=', 'posted'),
            ]
        )
        .filtered(lambda invoice: not invoice.line_ids.sale_line_ids)
    )
    invoices.invoice_user_id = seller
    goods = env['product.product'].create(
        {'name': "Goods", 'type': 'service', 'invoice_policy': 'order', 'taxes_id': [Command.clear()]}
    )
    lines = {
        invoice: invoice.invoice_line_ids.filtered(lambda line: line.display_type == 'product')
        for invoice in invoices
    }
    orders = (
        env['sale.order']
        .with_company(company)
        .create(
            [
                {
                    'partner_id': invoice.partner_id.id,
                    'company_id': company.id,
                    'user_id': seller.id,
                    'currency_id': invoice.currency_id.id,
                    'order_line': [
                        Command.create(
                            {
                                'product_id': (line.product_id or goods).id,
                                'name': line.name or goods.name,
                                'product_uom_qty': line.quantity,
                                'price_unit': line.price_unit,
                                'discount': line.discount,
                                'tax_ids': [Command.set(line.tax_ids.ids)],
                            }
                        )
                        for line in found
                    ],
                }
                for invoice, found in lines.items()
            ]
        )
    )
    orders.action_confirm()
    for order, (invoice, found) in zip(orders, lines.items(), strict=True):
        order.date_order = invoice.invoice_date
        for line, ordered in zip(found, order.order_line, strict=True):
            line.sale_line_ids = [Command.link(ordered.id)]
            ordered.qty_delivered = ordered.product_uom_qty


def _credit(env, company, partners, people):
    """Give every customer a limit, a grade and a collector."""
    Account = env['ar.credit.account']
    for customer in CUSTOMERS:
        account = Account._for_partner(partners[customer.name], company)
        account.write(
            {
                'grade_id': env.ref(f'ar_base.grade_{customer.grade}').id,
                'credit_limit': customer.limit,
                'limit_reason': "Set when the file was opened",
            }
        )
    debtors = env['account.move.line'].search(
        [
            ('company_id', '=', company.id),
            ('account_type', '=', 'asset_receivable'),
            ('parent_state', '=', 'posted'),
        ]
    )
    Account._for_partners(debtors.partner_id.commercial_partner_id, company)
    accounts = Account.search([('company_id', '=', company.id)])
    accounts.collector_id = people['collector']
    for account in accounts:
        values = {'limit_reason': "Set when the file was opened"}
        if not account.grade_id:
            values['grade_id'] = env.ref('ar_base.grade_b').id
        if account.is_unlimited or not account.limit_decided:
            values |= {
                'is_unlimited': False,
                'credit_limit': max(10000, round(account.exposure * 1.25 / 5000 + 1) * 5000),
            }
        account.write(values)
