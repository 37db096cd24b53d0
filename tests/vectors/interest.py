"""Topic 4: late invoices with their payments and credit notes, charged by interest schemes; receipts and
their allocation.
"""

from datetime import timedelta
from decimal import Decimal

from odoo.fields import Command, Date

from .world import World

TODAY = Date.to_date('2024-06-30')


def text(amount):
    return f"{Decimal(str(amount)):.2f}"


def plain(fraction):
    value = f'{Decimal(str(fraction)):f}'
    return value.rstrip('0').rstrip('.') if '.' in value else value


class LateWorld(World):
    """A customer with invoices that fall due, and what the customer sends."""

    def __init__(self, env):
        super().__init__(env)
        company = self.company()
        self.env = env(context={**env.context, 'allowed_company_ids': company.ids})
        self.receivable = self.account(company, '112200')
        self.customer = self.partner()
        self.customer.with_company(company).property_account_receivable_id = self.receivable
        self.bank = self.account(company, '100200', 'asset_current')

    def document(self, amount, due, move_type='out_invoice', day=None, **values):
        move = self.env['account.move'].create(
            {
                'move_type': move_type,
                'partner_id': self.customer.id,
                'invoice_date': day or due,
                'date': day or due,
                'invoice_date_due': due,
                'invoice_payment_term_id': False,
                'journal_id': self.journal(self.company(), 'sale').id,
                'invoice_line_ids': [
                    Command.create(
                        {
                            'name': "Goods",
                            'quantity': 1,
                            'price_unit': float(amount),
                            'tax_ids': [Command.clear()],
                            'account_id': self.counterpart(self.company()).id,
                        }
                    )
                ],
                **values,
            }
        )
        move._post(soft=False)
        assert str(move.invoice_date_due) == str(due), move.invoice_date_due
        return self.receivable_line(move)

    def receivable_line(self, move):
        return move.line_ids.filtered(lambda line: line.account_id == self.receivable)

    def receives(self, item, event):
        """A payment is an entry of its day; a credit note corrects the invoice where it counts from the
        beginning.
        """
        if item.reconciled:
            return
        if event['type'] == 'credit_note':
            corrects = event.get('retroactive', True)
            credit = self.document(
                event['amount'],
                event['date'],
                'out_refund',
                reversed_entry_id=item.move_id.id if corrects else False,
            )
        else:
            credit = self.payment(event['amount'], event['date'])
        (item | credit).filtered(lambda line: not line.reconciled).reconcile()

    def settled(self, day):
        """An invoice that was paid, of which nothing but its interest is open."""
        item = self.document('1', day)
        (item | self.payment('1', day)).reconcile()
        return item

    def payment(self, amount, day):
        return self.entry(self.company(), self.receivable, self.customer, day, -float(amount))

    def scheme(self, rate, **values):
        return self.env['ar.interest.scheme'].create(
            {
                'name': "Vector",
                'currency_id': self.company().currency_id.id,
                **self._rate_values(rate),
                **values,
            }
        )

    def _rate_values(self, rate):
        kind = rate['type']
        common = {
            'rate_type': kind,
            'margin': percentage(rate.get('margin', 0)),
            'multiplier': float(rate.get('multiplier', 1)),
        }
        if kind != 'table':
            return {
                **common,
                'rate': percentage(
                    next(rate[name] for name in (kind, f'{kind}_rate', 'rate') if name in rate)
                ),
            }
        table = self.env['ar.interest.rate.table'].create(
            {
                'name': "Vector",
                'rate_ids': [
                    Command.create({'date_from': row['from'], 'rate': percentage(row['rate'])})
                    for row in rate['table']
                ],
            }
        )
        return {**common, 'table_id': table.id, 'rate_mode': rate.get('mode', 'floating')}

    def charged_until(self, item, scheme, until):
        """The days until then were charged, for whatever."""
        self.env['ar.interest.charge']._create_with_facts(
            {
                'kind': 'interest',
                'move_line_id': item.id,
                'partner_id': self.customer.id,
                'company_id': self.company().id,
                'credit_account_id': self.env['ar.credit.account']
                ._for_partner(self.customer, self.company())
                .id,
                'currency_id': item.currency_id.id,
                'interest_scheme_id': scheme.id,
                'amount': 0,
                'date_until': until,
                'date_from': min(item.date_maturity + timedelta(days=1), Date.to_date(until)),
            }
        )

    def books(self, kind, amount, day=TODAY):
        """Charge it and book it with the product's own document."""
        company, charges = self.company(), self.env['ar.interest.charge']
        self.env['ar.charge.posting'].create(
            {
                'company_id': company.id,
                'kind': kind,
                'account_id': self.counterpart(company).id,
                'journal_id': self.journal(company, 'sale').id,
            }
        )
        charge = charges._create_with_facts(
            [
                {
                    'kind': kind,
                    'partner_id': self.customer.id,
                    'company_id': company.id,
                    'amount': float(amount),
                    'currency_id': company.currency_id.id,
                    'credit_account_id': self.env['ar.credit.account']
                    ._for_partner(self.customer, company)
                    .id,
                    **(
                        {'move_line_id': self.settled(day).id, 'date_from': day, 'date_until': day}
                        if kind == 'interest'
                        else {}
                    ),
                }
            ]
        )
        invoice = charge._book(day)
        if invoice.state == 'draft':
            invoice._post(soft=False)
        return self.receivable_line(invoice)


def percentage(fraction):
    return float(Decimal(str(fraction)) * 100)


def interest(env, data):
    world = LateWorld(env)
    names = ('day_count', 'payment_day_counted', 'rounding', 'grace_days', 'grace_mode')
    scheme = world.scheme(
        data['rate'],
        minimum=float(data.get('minimum') or 0),
        **{name: data[name] for name in names if data.get(name) is not None},
    )
    return answer(
        world,
        scheme,
        data,
        lambda segment: {
            'from': str(segment.start),
            'to': str(segment.end),
            'days': segment.days,
            'principal': text(segment.principal),
            **(
                {'daily_rate': plain(segment.rate)}
                if segment.per == 'day'
                else {'annual_rate_pct': plain(segment.rate * 100)}
            ),
        },
    )


def interest_monthly(env, data):
    world = LateWorld(env)
    scheme = world.scheme(
        {'type': 'monthly', 'monthly': data['monthly_rate']},
        accrual='month',
        months=data.get('months', 'completed'),
        compounding=data.get('compounding', False),
        minimum=float(data.get('minimum') or 0),
    )
    result = answer(world, scheme, data, lambda segment: segment)
    return {'months': len(result['segments']), 'interest': result['interest']}


def answer(world, scheme, data, show):
    item = world.document(data['principal'], data['due_date'])
    for event in data.get('events', ()):
        world.receives(item, event)
    if data.get('charged_until'):
        world.charged_until(item, scheme, data['charged_until'])
    found = scheme._item_interest(item, data['end_date']).get(item.id)
    return {
        'segments': [show(segment) for segment in found.segments] if found else [],
        'interest': text(found.amount if found else 0),
    }


def late_fee(env, data):
    """The schemes that the addon ships, in their own currency, on one invoice per debt."""
    fixed_sum = env.ref(f"ar_dunning_interest.fixed_sum_{data['scheme']}")
    world = LateWorld(env)
    company = world.company()
    company.currency_id = fixed_sum.currency_id
    scheme = world.scheme({'type': 'annual', 'annual': '0'}, fixed_sum_id=fixed_sum.id)
    items = [world.document(debt, TODAY) for debt in data['debts']]
    found = scheme._item_fixed_sums(env['account.move.line'].union(*items), TODAY + timedelta(days=1))
    fees = [Decimal(str(found[item.id].amount if item.id in found else 0)) for item in items]
    return {'fees': [text(fee) for fee in fees], 'total': text(sum(fees))}


def payment_allocation(env, data):
    world = LateWorld(env)
    order = data['order'] + [kind for kind in ('fees', 'interest', 'principal') if kind not in data['order']]
    opens = {kind: Decimal(amount) for kind, amount in data['open'].items()}
    make = {
        'fees': lambda amount: world.books('fee', amount),
        'interest': lambda amount: world.books('interest', amount),
        'principal': lambda amount: world.document(amount, TODAY),
    }
    items = {kind: make[kind](amount) for kind, amount in opens.items() if amount}
    residual = {kind: Decimal(0) for kind in opens}
    applied, excess = dict(residual), Decimal(data['payment'])
    if excess:
        receipt = world.payment(data['payment'], TODAY)
        account = env['ar.credit.account']._for_partner(world.customer, world.company())
        wizard = (
            world.env['ar.charge.allocation']
            .with_context(default_credit_account_id=account.id)
            .create({'receipt_id': receipt.id, 'order': ','.join(order)})
        )
        wizard._onchange_receipt()
        for kind, item in items.items():
            applied[kind] = Decimal(
                str(wizard.line_ids.filtered(lambda line, item=item: line.move_line_id == item).applied)
            )
        if any(applied.values()):
            wizard.action_apply()
        excess = -Decimal(str(receipt.amount_residual))
    residual.update({kind: Decimal(str(item.amount_residual)) for kind, item in items.items()})
    return {
        'applied': {kind: text(amount) for kind, amount in applied.items()},
        'remaining': {kind: text(amount) for kind, amount in residual.items()},
        'excess': text(excess),
    }


ADAPTERS = {
    'interest': interest,
    'interest_monthly': interest_monthly,
    'late_fee': late_fee,
    'payment_allocation': payment_allocation,
}
