"""Demo data: two customers that pay late, a policy in force, a run that is posted and one to compute."""

from datetime import timedelta

from odoo import fields
from odoo.fields import Command

RATES = (0.005, 0.02, 0.08, 0.2, 0.4, 0.8)
# Customer, days overdue today, amount.
INVOICES = (
    ('demo_partner_west', 40, 18000),
    ('demo_partner_west', 75, 9500),
    ('demo_partner_west', 210, 4200),
    ('demo_partner_orchid', 20, 26000),
    ('demo_partner_orchid', 110, 12800),
    ('demo_partner_orchid', 400, 3100),
)


def load(env):
    """Load it through the product's own flows; nothing without a chart of accounts or a second time."""
    company = env.ref('base.main_company')
    Policy = env['ar.provision.policy'].with_company(company)
    if not company.chart_template or Policy.search_count([('company_id', '=', company.id)], limit=1):
        return
    env = Policy.env
    today = fields.Date.context_today(Policy)
    for name, days, amount in INVOICES:
        _create_invoice(env, name, today - timedelta(days=days), amount)
    policy = _create_policy(env, company, today)
    last_month = today.replace(day=1) - timedelta(days=1)
    posted, _open = env['ar.provision.run'].create(
        [
            {'as_of': as_of, 'company_id': company.id, 'policy_id': policy.id}
            for as_of in (last_month.replace(day=1) - timedelta(days=1), last_month)
        ]
    )
    posted.action_compute()
    posted.action_approve()
    posted.action_post()


def _create_invoice(env, partner, due, amount):
    env['account.move'].create(
        {
            'move_type': 'out_invoice',
            'partner_id': env.ref(f'ar_aging_provision.{partner}').id,
            'invoice_date': due - timedelta(days=30),
            'invoice_date_due': due,
            'invoice_payment_term_id': False,
            'invoice_line_ids': [
                Command.create(
                    {'name': env._("Maintenance"), 'price_unit': amount, 'tax_ids': [Command.clear()]}
                )
            ],
        }
    ).action_post()


def _create_policy(env, company, today):
    scheme = env.ref('ar_base.aging_scheme_days')
    last_year = today.replace(month=1, day=1) - timedelta(days=366)
    policy = env['ar.provision.policy'].create(
        {
            'name': env._("Trade receivables"),
            'company_id': company.id,
            'date_from': last_year.replace(month=1, day=1),
            'aging_scheme_id': scheme.id,
            'forward_factor': 1.05,
            'forward_reason': env._("Slower payment expected in the export business."),
            'rate_ids': [
                Command.create({'bucket_id': bucket.id, 'rate': rate})
                for bucket, rate in zip(scheme.bucket_ids.sorted('sequence'), RATES, strict=False)
            ],
        }
    )
    policy.action_map_accounts()
    policy.action_confirm()
    return policy
