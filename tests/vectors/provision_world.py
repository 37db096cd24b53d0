"""A company with a provision policy, its buckets and accounts, for the vectors of topic 1."""

from datetime import date, timedelta
from decimal import Decimal

from odoo.fields import Command

from .world import World

AS_OF = date(2024, 12, 31)
CHARTS = {
    'cn': 'cn_large_bis',
    'us': 'generic_coa',
    'fr': 'fr',
    'de': 'de_skr03',
    'es': 'es_full',
    'es_global': 'es_full',
}


def text(amount, rounding='0.01'):
    unit = Decimal(str(rounding))
    value = Decimal(str(amount)).quantize(unit)
    return str(value + 0 if value else abs(value))


class ProvisionWorld(World):
    """A company with its policy; buckets are 30 days wide, the first holds what is not overdue."""

    def __init__(self, env, profile='us', rounding=None, buckets=('all',), chart=None):
        super().__init__(env)
        self.profile = profile
        if rounding and Decimal(rounding) != Decimal('0.01'):
            self.cache['currency', 'CNY'] = env['res.currency'].create(
                {'name': 'VEC', 'symbol': 'v', 'rounding': float(rounding)}
            )
        self.names = list(buckets)
        self.chart = chart
        # Odoo would install the chart's module in the middle of it; where it is not there, accounts are
        # entered by hand.
        module = env['account.chart.template']._get_chart_template_mapping().get(chart, {}).get('module')
        if module in env.registry._init_modules:
            self.env['account.chart.template'].try_loading(chart, self.company(), install_demo=False)
        company = self.company()
        company.country_id = company.country_id or self.env.ref('base.cn')
        self.env = env(context={**env.context, 'allowed_company_ids': company.ids})
        self.receivable = self._receivable(company)
        self.scheme = self.env['ar.aging.scheme'].create(
            {
                'name': "Vector",
                'basis': 'due',
                'unit': 'day',
                'credits': 'own_bucket',
                'bucket_ids': [
                    Command.create(
                        {
                            'name': name,
                            'sequence': i,
                            'lower': i and 30 * i - 29,
                            'upper': 30 * i if i < len(self.names) - 1 else 0,
                        }
                    )
                    for i, name in enumerate(self.names)
                ],
            }
        )

    def _receivable(self, company):
        Account = self.env['account.account']
        if company.chart_template:
            return (
                self.env['account.journal']
                .with_company(company)
                .env['res.partner']
                .with_company(company)
                .create({'name': "x"})
                .property_account_receivable_id
            )
        return self.account(company, '1122') or Account

    def policy(self, rates=None, date_from='2000-01-01', **values):
        """Return a policy in force; ``rates`` by bucket name, 100 % where it names none."""
        policy = self.env['ar.provision.policy'].create(
            {
                'profile': self.profile,
                'aging_scheme_id': self.scheme.id,
                'company_id': self.company().id,
                'date_from': date_from,
                'rate_ids': [
                    Command.create({'bucket_id': bucket.id, 'rate': float((rates or {}).get(bucket.name, 1))})
                    for bucket in self.scheme.bucket_ids
                ],
                **values,
            }
        )
        policy.action_map_accounts()
        by_hand = [
            ('allowance', '1231', 'asset_current'),
            ('expense', '6702', 'expense'),
            ('write_off', '6540', 'expense'),
            ('vat', '4457', 'liability_current'),
            ('recovery', '7714', 'income_other'),
        ]
        if self.profile in ('fr', 'de', 'es', 'es_global'):
            by_hand += [('reversal', '7817', 'income_other'), ('doubtful', '4160', 'asset_receivable')]
        for role, code, kind in by_hand:
            if not policy[f'{role}_account_id']:
                policy[f'{role}_account_id'] = self.account(self.company(), code, kind)
        if not policy.journal_id:
            policy.journal_id = self.journal(self.company())
        policy.action_confirm()
        return policy

    def due(self, bucket, as_of=AS_OF):
        return as_of - timedelta(days=max(30 * self.names.index(bucket) - 15, 0))

    def owes(self, partner, amount, bucket=None, as_of=AS_OF):
        day = self.due(bucket or self.names[0], as_of)
        return self.entry(
            self.company(), self.receivable, partner, min(day, as_of), float(amount), date_maturity=day
        )

    def allowance_entry(self, policy, amount, day, partner=None, kind=None):
        """A posting on the allowance that no run made, credit positive."""
        account = policy.allowance_account_id
        move = self.env['account.move'].create(
            {
                'move_type': 'entry',
                'date': day,
                'journal_id': self.journal(self.company()).id,
                'line_ids': [
                    Command.create(
                        {
                            'account_id': account.id,
                            'balance': -float(amount),
                            'ar_allowance_kind': kind,
                            'partner_id': partner.id if partner else False,
                        }
                    ),
                    Command.create(
                        {'account_id': self.counterpart(self.company()).id, 'balance': float(amount)}
                    ),
                ],
            }
        )
        move._post(soft=False)

    def run(self, as_of=AS_OF, post=True, target=None):
        run = self.env['ar.provision.run'].create({'company_id': self.company().id, 'as_of': as_of})
        run.action_compute()
        if target is not None and run.line_ids:
            self.env['ar.provision.override'].create(
                {
                    'line_ids': [Command.set(run.line_ids.ids)],
                    'how': 'amount',
                    'amount': float(target),
                    'reason': "Vector",
                }
            ).action_apply()
        if post:
            run.action_approve()
            run.action_post()
            assert not run.company_id.currency_id.compare_amounts(
                self.booked(run.policy_id, as_of), run.required
            ), "allowance <> required"
            again = self.env['ar.provision.run'].create({'company_id': self.company().id, 'as_of': as_of})
            if target is None:
                again.action_compute()
                assert not again.adjustment, f"a second run would book {again.adjustment}"
        return run

    def booked(self, policy, as_of):
        return -sum(
            self.env['account.move.line']
            .search(
                [
                    (
                        'account_id',
                        'in',
                        (policy.allowance_account_id | policy.individual_allowance_account_id).ids,
                    ),
                    ('date', '<=', as_of),
                    ('parent_state', '=', 'posted'),
                ]
            )
            .mapped('balance')
        )

    def roles(self, policy, moves):
        """Return the lines of the entries by role."""
        known = {
            policy.allowance_account_id: 'allowance',
            policy.individual_allowance_account_id: 'allowance',
            policy.doubtful_account_id: 'doubtful_receivable',
            self.receivable: 'receivable',
            policy.write_off_account_id: 'write_off_loss',
            policy.vat_account_id: 'output_vat',
            policy.recovery_account_id: 'recovery_income',
            policy.reversal_account_id: 'impairment_reversal',
            policy.individual_reversal_account_id: 'impairment_reversal',
            policy.expense_account_id: 'impairment_expense',
            policy.individual_expense_account_id: 'impairment_expense',
        }
        return {
            'lines': [
                {
                    'role': known.get(line.account_id, 'bank'),
                    'debit': text(line.debit),
                    'credit': text(line.credit),
                }
                for move in moves.sorted('id')
                for line in move.line_ids.sorted('id')
            ]
        }
