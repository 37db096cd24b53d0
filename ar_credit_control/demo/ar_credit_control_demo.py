"""Documents of the demo customers."""

from datetime import timedelta

from odoo import fields
from odoo.fields import Command

INVOICES = (  # (customer, days overdue, quantity)
    ('partner_hua', 75, 2),
    ('partner_hua', 20, 5),
    ('partner_hua', -10, 6),
    ('partner_nord', 95, 4),
    ('partner_nord', 40, 3),
    ('partner_nord', 5, 6),
    ('partner_lake', 3, 2),
    ('partner_lake', -25, 4),
)
ORDERS = (('partner_hua', 6), ('partner_nord', 2), ('partner_lake', 3))


def load(env):
    """Write invoices and orders through Odoo's own flows. Does nothing without a chart."""
    company = env.ref('base.main_company')
    if not company.chart_template:
        return
    product = _ref(env, 'product_pump')
    for customer, days_overdue, quantity in INVOICES:
        _invoice(env, _ref(env, customer), product, days_overdue, quantity)
    orders = (
        env['sale.order']
        .with_company(company)
        .create(
            [
                {
                    'partner_id': _ref(env, customer).id,
                    'company_id': company.id,
                    'user_id': env.ref('base.user_admin').id,
                    'order_line': [Command.create({'product_id': product.id, 'product_uom_qty': quantity})],
                }
                for customer, quantity in ORDERS
            ]
        )
    )
    for order in orders:
        # Nothing is stopped while an app is being installed; two of these are to wait all the same.
        if order._credit_check_alone().verdict.held:
            order._credit_record_hold('seller')
        else:
            order.action_confirm()


def _ref(env, name):
    return env.ref(f'ar_credit_control.{name}')


def _invoice(env, partner, product, days_overdue, quantity):
    due = fields.Date.context_today(partner) - timedelta(days=days_overdue)
    env['account.move'].create(
        {
            'move_type': 'out_invoice',
            'partner_id': partner.id,
            'invoice_date': due - timedelta(days=30),
            'invoice_date_due': due,
            'invoice_payment_term_id': False,
            'invoice_line_ids': [Command.create({'product_id': product.id, 'quantity': quantity})],
        }
    ).action_post()
