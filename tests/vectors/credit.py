"""Kinds ``effective_limit``, ``exposure`` and ``credit_check``: real documents, the credit account, the
rules.
"""

from odoo.fields import Command, Date

from .world import World


def money(value):
    return None if value is None else f'{value:.2f}'


def effective_limit(env, data):
    world = World(env)
    company = world.company()
    account = env['ar.credit.account']._for_partner(world.partner(), company)
    values = {'is_unlimited': bool(data.get('unlimited')), 'limit_mandatory': bool(data.get('mandatory'))}
    if data.get('individual') is not None:
        values['credit_limit'] = float(data['individual'])
    else:
        del values['is_unlimited']
        if data.get('unlimited'):
            values['is_unlimited'] = True
    if data.get('group') is not None:
        values['group_id'] = (
            env['ar.credit.group']
            .create({'name': "Group", 'company_id': company.id, 'credit_limit': float(data['group'])})
            .id
        )
    account.write(values)
    return {'effective_limit': money(account._credit_effective_limit())}


def exposure(env, data):
    world = World(env, currency=data['company_currency'])
    company = world.company()
    company.ar_deduct_credits = data.get('deduct_credits', True)
    if data.get('horizon_days') is not None:
        company.write({'ar_use_horizon': True, 'ar_horizon_days': data['horizon_days']})
    for name, rate in data['rates'].items():
        world.rate(company, world.currency(name), data['check_date'], rate)
    account = env['ar.credit.account']._for_partner(world.partner(), company)
    # The documents are years old: what counts here is what they weigh, not whether they may be confirmed
    # today.
    env['ar.credit.rule'].search([('company_id', '=', company.id)]).outcome = 'none'
    ledger = Ledger(world, company, data['check_date'])
    for kind, sign, code in (
        ('open_items', 1, '1122'),
        ('unallocated_credits', -1, '1122'),
        ('bills', 1, '1121'),
    ):
        for row in data.get(kind, []):
            ledger.receivable(code, sign * float(row['amount']), row.get('currency'))
    in_orders = sum(float(order.get('draft_invoiced', 0)) for order in data.get('orders', []))
    for row in data.get('draft_invoices', []):
        amount = float(row['amount'])
        taken = min(amount, in_orders)
        in_orders -= taken
        if amount > taken:
            ledger.invoice(amount - taken, row.get('currency'))
    for row in data.get('orders', []):
        ledger.order(row)
    for row in data.get('security', []):
        env['ar.credit.security'].create(
            {
                'credit_account_id': account.id,
                'kind': row['type'],
                'amount': float(row['amount']),
                'cover': 100 * float(row.get('cover', 1)),
                'valid_until': row.get('valid_until'),
                'currency_id': world.currency(row.get('currency', data['company_currency'])).id,
            }
        )
    env.flush_all()
    env.invalidate_all()
    found = account._credit_exposures(Date.to_date(data['check_date']))[account.id]
    return {
        **{code: money(amount) for code, amount in found.components.items()},
        'gross': money(found.gross),
        'secured': money(found.secured),
        'net': money(found.net),
    }


class Ledger:
    """Enters a customer's documents the way a user would, all of them dated the check date."""

    def __init__(self, world, company, date):
        self.world, self.company, self.date = world, company, date
        self.env = world.env_for('C1')
        self.partner = world.partner()
        receivable = world.account(company, '1122')
        world.account(company, '1121', 'asset_current').ar_receivable_kind = 'bill'
        self.partner.with_company(company).property_account_receivable_id = receivable
        world.journal(company, 'sale')

    def receivable(self, code, amount, currency):
        currency = self.world.currency(currency) if currency else self.company.currency_id
        balance = currency._convert(amount, self.company.currency_id, self.company, Date.to_date(self.date))
        return self.world.entry(
            self.company,
            self.world.account(self.company, code),
            self.partner,
            self.date,
            balance,
            currency,
            amount,
        )

    def invoice(self, amount, currency=None, **line):
        currency = self.world.currency(currency) if currency else self.company.currency_id
        return (
            self.env['account.move']
            .with_company(self.company)
            .create(
                {
                    'move_type': 'out_invoice',
                    'partner_id': self.partner.id,
                    'currency_id': currency.id,
                    'invoice_date': self.date,
                    'journal_id': self.world.journal(self.company, 'sale').id,
                    'invoice_line_ids': [
                        Command.create(
                            {
                                'name': "Goods",
                                'quantity': 1,
                                'price_unit': amount,
                                'tax_ids': [Command.clear()],
                                'account_id': self.world.counterpart(self.company).id,
                                **line,
                            }
                        )
                    ],
                }
            )
        )

    def order(self, row):
        currency = self.world.currency(row['currency']) if row.get('currency') else self.company.currency_id
        pricelist = self.env['product.pricelist'].create(
            {'name': currency.name, 'currency_id': currency.id, 'company_id': self.company.id}
        )
        order = (
            self.env['sale.order']
            .with_company(self.company)
            .create(
                {
                    'partner_id': self.partner.id,
                    'company_id': self.company.id,
                    'pricelist_id': pricelist.id,
                    'order_line': [
                        Command.create(
                            {
                                'product_id': self.world.product.id,
                                'product_uom_qty': float(row['ordered']),
                                'price_unit': 1,
                                'tax_ids': [Command.clear()],
                            }
                        )
                    ],
                }
            )
        )
        order.action_confirm()
        if row.get('delivery_date'):
            order.commitment_date = row['delivery_date']
        line = order.order_line
        line.qty_delivered = float(row.get('delivered', 0))
        for key, post in (('invoiced', True), ('draft_invoiced', False)):
            amount = float(row.get(key, 0))
            if amount:
                move = self.invoice(
                    amount,
                    row.get('currency'),
                    quantity=amount,
                    sale_line_ids=[Command.link(line.id)],
                    price_unit=1,
                )
                if post:
                    self.pay(move)

    def pay(self, move):
        """Post the invoice and settle it, so that only the order remembers it."""
        move._post(soft=False)
        line = move.line_ids.filtered(lambda line: line.account_type == 'asset_receivable')
        credit = self.world.entry(
            self.company,
            line.account_id,
            self.partner,
            self.date,
            -line.balance,
            line.currency_id,
            -line.amount_currency,
        )
        (line + credit).reconcile()


RULES = {  # key of the vector -> (rule, threshold)
    'max_oldest_days': ('oldest_open_item', 'max_days'),
    'max_overdue_pct': ('overdue_ratio', 'max_pct'),
    'max_dunning_level': ('dunning_level', 'max_level'),
    'min_payment_index': ('payment_index', 'min_index'),
    'tolerance_pct': ('credit_limit', 'tolerance_pct'),
}


def credit_check(env, data):
    """The figures are the vector's; rules, limit and verdict are the product's."""
    world = World(env)
    company = world.company()
    account = env['ar.credit.account']._for_partner(world.partner(), company)
    limit = data.get('limit')
    if limit is not None:
        account.write({'credit_limit': float(limit), 'limit_valid_until': data.get('limit_valid_until')})
    if data.get('on_hold'):
        env['ar.hold'].create({'credit_account_id': account.id, 'reason': "Vector"})
    rules = env['ar.credit.rule'].search([('company_id', '=', company.id)])
    by_code = {rule.code: rule for rule in rules}
    named = {code for code, _threshold in RULES.values()}
    rules.filtered(lambda rule: rule.code not in {'on_hold', 'limit_expired', *named}).outcome = 'none'
    by_code['oldest_open_item'].outcome = 'none'
    for key, (code, threshold) in RULES.items():
        if data.get(key) is not None:
            by_code[code].write({'outcome': 'hold', threshold: float(data[key])})
    rules = rules._as_rules()
    index = data.get('payment_index')
    known = account._credit_known(rules, check_date=Date.to_date(data['check_date']))._replace(
        net_exposure=float(data['net_exposure']),
        oldest_overdue_days=data.get('oldest_overdue_days', 0),
        balance=float(data.get('balance', 0)),
        overdue_beyond=float(data.get('overdue_beyond_days', 0)),
        dunning_level=data.get('dunning_level', 0),
        more={'payment_index': None if index is None else float(index)},
    )
    _figures, verdict = account._credit_judge(known, rules, data['document'])
    return {
        'result': 'blocked' if verdict.held else 'ok',
        'reasons': verdict.reasons,
        'available': money(verdict.available),
        'over_by': money(verdict.over_by),
    }


ADAPTERS = {'effective_limit': effective_limit, 'exposure': exposure, 'credit_check': credit_check}
