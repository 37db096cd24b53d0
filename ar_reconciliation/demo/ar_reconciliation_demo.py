"""Two months of sales with a few differences, and their reconciliations."""

from typing import NamedTuple

from odoo import fields
from odoo.fields import Command


class Sale(NamedTuple):
    """An order, and what became of it; without a price it is not invoiced."""

    customer: str
    months_ago: int
    quantity: int
    delivered: int
    invoice_price: float | None
    share_paid: float


SALES = (
    Sale("Blue Harbour Shipping", 2, 8, 8, 480, 1),
    Sale("Blue Harbour Shipping", 1, 5, 5, 480, 0.4),
    Sale("Orchard Foods", 2, 20, 20, 480, 0.5),
    Sale("Orchard Foods", 1, 12, 12, 450, 0),
    Sale("Kestrel Instruments", 1, 3, 2, None, 0),
    Sale("Kestrel Instruments", 1, 6, 6, 480, 1),
)


def load(env, salesperson, accountant):
    """Two months of a salesperson's sales with a few differences, and their reconciliations; once."""
    company = salesperson.company_id
    Partner = env['res.partner']
    names = sorted({sale.customer for sale in SALES})
    if not company.chart_template or Partner.search_count([('name', 'in', names)], limit=1):
        return
    customers = {
        name: Partner.create({'name': name, 'is_company': True, 'user_id': salesperson.id}) for name in names
    }
    # Where credit is checked, new customers get some.
    accounts = env['ar.credit.account']
    for customer in customers.values() if 'is_unlimited' in accounts._fields else ():
        accounts._for_partner(customer, company).is_unlimited = True
    product = env['product.product'].create(
        {
            'name': "Cartridge Filter CF-40",
            'type': 'service',
            'invoice_policy': 'delivery',
            'list_price': 480,
        }
    )
    first = fields.Date.context_today(env.user).replace(day=1)
    orders = (
        env['sale.order']
        .with_company(company)
        .create(
            [
                {
                    'partner_id': customers[sale.customer].id,
                    'user_id': salesperson.id,
                    'company_id': company.id,
                    'order_line': [
                        Command.create(
                            {'product_id': product.id, 'product_uom_qty': sale.quantity, 'price_unit': 480}
                        )
                    ],
                }
                for sale in SALES
            ]
        )
    )
    orders.action_confirm()
    for order, sale in zip(orders, SALES, strict=True):
        day = fields.Date.subtract(first, months=sale.months_ago, days=-4)
        order.date_order = day
        order.order_line.qty_delivered = sale.delivered
        if sale.invoice_price:
            _invoice(order, day, sale.invoice_price, sale.share_paid)
    company.ar_difference_finance_owner_id = company.ar_difference_finance_owner_id or accountant
    for months in (2, 1):
        start = fields.Date.subtract(first, months=months)
        parts = (
            env['ar.sales.reconciliation']
            .with_company(company)
            ._generate(company, start, fields.Date.add(start, months=1, days=-1), 'salesperson')
        )
        if months == 2:
            own = parts.filtered(lambda part: part.salesperson_id == salesperson)
            own.difference_ids.explanation = "Settled with the customer by telephone"
            own.with_user(salesperson).with_context(allowed_company_ids=company.ids).action_sign_sales()


def _invoice(order, day, price, paid):
    """Invoice the order three days later, at a price, and pay a share of it."""
    invoice = order._create_invoices()
    date = fields.Date.add(day, days=3)
    invoice.invoice_line_ids.price_unit = price
    invoice.write(
        {
            'invoice_date': date,
            'date': date,
            'invoice_payment_term_id': False,
            'invoice_date_due': fields.Date.add(date, days=20),
        }
    )
    invoice.action_post()
    if paid:
        order.env['account.payment.register'].with_context(
            active_model='account.move', active_ids=invoice.ids
        ).create(
            {
                'payment_date': fields.Date.add(date, days=12),
                'amount': invoice.currency_id.round(invoice.amount_total * paid),
            }
        )._create_payments()
