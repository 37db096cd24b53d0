"""Builds companies, accounts, currencies and customers that a vector names."""

from functools import cached_property

from odoo.fields import Command, Date


class World:
    """Records by the names that a vector uses, created on first mention."""

    def __init__(self, env, company_currency=None, currency='CNY'):
        self.env = env
        self.currencies_by_company = company_currency or {}
        self.default_currency = currency
        self.cache = {}

    def _once(self, kind, name, make):
        key = (kind, name)
        if key not in self.cache:
            self.cache[key] = make()
        return self.cache[key]

    def currency(self, name):
        def make():
            currency = self.env['res.currency'].with_context(active_test=False).search([('name', '=', name)])
            currency.active = True
            return currency

        return self._once('currency', name, make)

    def company(self, name='C1'):
        return self._once(
            'company',
            name,
            lambda: self.env['res.company'].create(
                {
                    'name': f'Vector {name}',
                    'currency_id': self.currency(
                        self.currencies_by_company.get(name, self.default_currency)
                    ).id,
                }
            ),
        )

    def env_for(self, *names):
        companies = self.env['res.company'].union(*(self.company(name) for name in names))
        return self.env(context={**self.env.context, 'allowed_company_ids': companies.ids})

    def rate(self, company, currency, date, per_unit):
        """One unit of ``currency`` costs ``per_unit`` of the company's currency from ``date`` on."""
        self.env['res.currency.rate'].create(
            {
                'company_id': company.id,
                'currency_id': currency.id,
                'name': date,
                'inverse_company_rate': float(per_unit),
            }
        )

    def partner(self, name='P1'):
        return self._once(
            'partner',
            name,
            lambda: self.env['res.partner'].create({'name': f'Customer {name}', 'is_company': True}),
        )

    def account(self, company, code, account_type='asset_receivable'):
        return self._once(
            'account',
            (company.id, code),
            lambda: self.env['account.account']
            .with_company(company)
            .create(
                {
                    'name': f'Account {code}',
                    'code': code,
                    'account_type': account_type,
                    'reconcile': True,
                    'company_ids': [Command.set(company.ids)],
                }
            ),
        )

    def counterpart(self, company):
        return self._once(
            'counterpart',
            company.id,
            lambda: self.env['account.account']
            .with_company(company)
            .create(
                {
                    'name': "Counterpart",
                    'code': '999000',
                    'account_type': 'income_other',
                    'company_ids': [Command.set(company.ids)],
                }
            ),
        )

    def journal(self, company, kind='general'):
        return self._once(
            'journal',
            (company.id, kind),
            lambda: self.env['account.journal']
            .with_company(company)
            .create(
                {
                    'name': f'Vector {kind}',
                    'code': kind[:5].upper(),
                    'type': kind,
                    'company_id': company.id,
                    'default_account_id': self.counterpart(company).id if kind == 'sale' else False,
                }
            ),
        )

    @cached_property
    def product(self):
        return self.env['product.product'].create(
            {
                'name': "Goods",
                'type': 'service',
                'invoice_policy': 'order',
                'taxes_id': [Command.clear()],
                'list_price': 1,
            }
        )

    def entry(
        self,
        company,
        account,
        partner,
        date,
        balance,
        currency=None,
        amount_currency=None,
        date_maturity=None,
        invoice_date=None,
    ):
        """Post an entry of one line on ``account`` and return that line."""
        currency = currency or company.currency_id
        amount_currency = balance if amount_currency is None else amount_currency
        move = (
            self.env['account.move']
            .with_company(company)
            .create(
                {
                    'move_type': 'entry',
                    'date': date,
                    'journal_id': self.journal(company).id,
                    'invoice_date': invoice_date,
                    'line_ids': [
                        Command.create(
                            {
                                'account_id': account.id,
                                'partner_id': partner.id,
                                'currency_id': currency.id,
                                'amount_currency': amount_currency,
                                'balance': balance,
                                'date_maturity': date_maturity,
                            }
                        ),
                        Command.create(
                            {
                                'account_id': self.counterpart(company).id,
                                'currency_id': currency.id,
                                'amount_currency': -amount_currency,
                                'balance': -balance,
                            }
                        ),
                    ],
                }
            )
        )
        move._post(soft=False)
        assert move.date == Date.to_date(date), f'{move.name} moved to {move.date}'
        return move.line_ids.filtered(lambda line: line.account_id == account)
