"""The empty company: currencies with monthly rates, products, a bank journal whose payments get entries."""

from datetime import date

from odoo.fields import Command

MONTHS = 44
GROUPS = (
    'account.group_account_manager',
    'account.group_account_invoice',
    'sales_team.group_sale_manager',
)


def prepare(env):
    company = env.company
    company.write({'account_use_credit_limit': True, 'email': 'ar@bench.example', 'name': "Bench Company"})
    _currencies(env)
    env['product.product'].create(
        [
            {
                'name': f"Bench service {i:02d}",
                'type': 'service',
                'list_price': 50 + 10 * i,
                'invoice_policy': 'order',
                'default_code': f'BS{i:02d}',
            }
            for i in range(20)
        ]
    )
    bank = env['account.journal'].search([('type', '=', 'bank')], limit=1)
    receipts = env['account.account'].search([('name', '=', 'Outstanding Receipts')], limit=1)
    bank.inbound_payment_method_line_ids.payment_account_id = receipts
    env.ref('base.user_admin').group_ids = [Command.link(env.ref(group).id) for group in GROUPS]


def _currencies(env):
    currencies = env['res.currency'].with_context(active_test=False)
    euro, pound = (currencies.search([('name', '=', name)]) for name in ('EUR', 'GBP'))
    (euro | pound).active = True
    rates = env['res.currency.rate']
    rates.search([('currency_id', 'in', (euro | pound).ids)]).unlink()
    today = date.today()
    for i in range(MONTHS):
        year, month = divmod(today.year * 12 + today.month - MONTHS + i, 12)
        for currency, rate in (
            (euro, 0.90 + 0.04 * ((i * 7) % 11 - 5) / 5),
            (pound, 0.78 + 0.03 * ((i * 5) % 13 - 6) / 6),
        ):
            rates.create(
                {
                    'name': date(year, month + 1, 1),
                    'currency_id': currency.id,
                    'company_id': env.company.id,
                    'rate': round(rate, 6),
                }
            )
