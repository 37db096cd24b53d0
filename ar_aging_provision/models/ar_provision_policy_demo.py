from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Command

RATES = (0.005, 0.02, 0.08, 0.2, 0.4, 0.8)
# Customer, days overdue today, amount.
DEMO_INVOICES = (
    ('demo_partner_west', 40, 18000),
    ('demo_partner_west', 75, 9500),
    ('demo_partner_west', 210, 4200),
    ('demo_partner_orchid', 20, 26000),
    ('demo_partner_orchid', 110, 12800),
    ('demo_partner_orchid', 400, 3100),
)


class ArProvisionPolicy(models.Model):
    _inherit = 'ar.provision.policy'

    @api.model
    def _load_demo(self):
        """For demo databases: two customers that pay late, a policy in force, a run that is posted and one to compute.

        Does nothing without a chart, and nothing again.
        """
        company = self.env.ref('base.main_company')
        if not company.chart_template or self.search_count([('company_id', '=', company.id)], limit=1):
            return
        self = self.with_company(company)  # noqa: PLW0642
        for name, days, amount in DEMO_INVOICES:
            self._create_demo_invoice(name, days, amount)
        policy = self._create_demo_policy(company)
        first = fields.Date.context_today(self).replace(day=1)
        before = (first - timedelta(days=1)).replace(day=1) - timedelta(days=1)
        posted, _open = self.env['ar.provision.run'].create(
            [
                {'as_of': as_of, 'company_id': company.id, 'policy_id': policy.id}
                for as_of in (before, first - timedelta(days=1))
            ]
        )
        posted.action_compute()
        posted.action_approve()
        posted.action_post()

    def _create_demo_invoice(self, name, days_overdue, amount):
        partner = self.env.ref(f'ar_aging_provision.{name}')
        due = fields.Date.context_today(self) - timedelta(days=days_overdue)
        self.env['account.move'].create(
            {
                'move_type': 'out_invoice',
                'partner_id': partner.id,
                'invoice_date': due - timedelta(days=30),
                'invoice_date_due': due,
                'invoice_payment_term_id': False,
                'invoice_line_ids': [
                    Command.create(
                        {
                            'name': self.env._("Maintenance"),
                            'price_unit': amount,
                            'tax_ids': [Command.clear()],
                        }
                    )
                ],
            }
        ).action_post()

    def _create_demo_policy(self, company):
        scheme = self.env.ref('ar_base.aging_scheme_days')
        last_year = fields.Date.context_today(self).replace(month=1, day=1) - timedelta(days=366)
        policy = self.create(
            {
                'name': self.env._("Trade receivables"),
                'company_id': company.id,
                'date_from': last_year.replace(month=1, day=1),
                'aging_scheme_id': scheme.id,
                'forward_factor': 1.05,
                'forward_reason': self.env._("Slower payment expected in the export business."),
                'rate_ids': [
                    Command.create({'bucket_id': bucket.id, 'rate': rate})
                    for bucket, rate in zip(scheme.bucket_ids.sorted('sequence'), RATES, strict=False)
                ],
            }
        )
        policy.action_map_accounts()
        policy.action_confirm()
        return policy
