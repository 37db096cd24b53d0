"""From the facts of the past to the lines of a rehearsal."""

from odoo import fields, models

from ...engine import past
from ...rules import rehearsal
from .ar_credit_backtest_line import CHANGES


class ArCreditBacktest(models.Model):
    _inherit = 'ar.credit.backtest'

    def _replay(self):
        """Return the values of one line per order of the period, in the sequence of confirmation."""
        self.ensure_one()
        self.env.flush_all()
        zone = self.env.context.get('tz') or self.env.user.tz or 'UTC'
        period = past.Period(self.company_id.id, self.first_day, self.last_day, zone)
        accounts = self._accounts(past.customers(self.env, period))
        if not accounts:
            return []
        ids = list(accounts)
        orders = past.orders(self.env, period, ids)
        customers, claims = self._customers(period, accounts, orders)
        sales = self._sales(period, ids)
        judged = {side: self._judge(side, customers, accounts, sales) for side in ('a', 'b')}
        return [
            self._line_values(row, claims.get(row[0], ()), *(judged[side][row[0]] for side in ('a', 'b')))
            for row in orders
            if row[0] in judged['a']
        ]

    def _judge(self, side, customers, accounts, sales):
        """Return {order id: ``rehearsal.Judgement``} under one policy; members of a credit group are replayed together."""
        company = self.company_id
        terms = self._policy(side)._terms(accounts.values(), sales, company)
        settings = rehearsal.Settings(
            company.ar_deduct_credits,
            company.ar_horizon_days if company.ar_use_horizon else None,
            self.currency_id.rounding,
            self.follow,
        )
        families = {}
        for key, account in accounts.items():
            families.setdefault(account.group_id.id or f'customer {key}', []).append(customers[key])
        judged = {}
        for members in families.values():
            judged |= rehearsal.replay(members, terms, settings)
        return judged

    def _line_values(self, row, claims, judged_a, judged_b):
        order_id, name, partner_id, user_id, day, _delivery, total, *_rest = row
        outcome = rehearsal.outcome(claims, self.last_day, self.good_days, self.currency_id.rounding)
        round_ = self.currency_id.round
        values = {
            'backtest_id': self.id,
            'company_id': self.company_id.id,
            'order_id': order_id,
            'order_name': name,
            'partner_id': partner_id,
            'salesperson_id': user_id,
            'date': day,
            'amount': round_(total),
            'change': CHANGES[judged_a.verdict.held, judged_b.verdict.held],
            'outcome': outcome.state,
            'days_late': outcome.days_late,
            'late_days_amount': outcome.late_days_amount,
        }
        for side, (figures, verdict) in (('a', judged_a), ('b', judged_b)):
            values |= {
                f'held_{side}': verdict.held,
                f'reasons_{side}': ','.join(verdict.reasons) or None,
                f'exposure_{side}': round_(figures.net_exposure),
                f'limit_{side}': figures.limit or 0.0,
                f'has_limit_{side}': figures.limit is not None,
                f'lost_{side}': round_(outcome.good) if verdict.held else 0.0,
                f'saved_{side}': round_(outcome.bad) if verdict.held else 0.0,
            }
        return values

    # === Customers ===

    def _accounts(self, partner_ids):
        """Return {customer id: credit account}, with the members of their credit groups.

        A customer without a file gets one in memory: a rehearsal creates none.
        """
        Account = self.env['ar.credit.account'].sudo().with_context(active_test=False)
        found = Account.search([('partner_id', 'in', partner_ids), ('company_id', '=', self.company_id.id)])
        found |= found.group_id.account_ids.filtered(lambda account: account.company_id == self.company_id)
        accounts = {account.partner_id.id: account for account in found}
        for partner_id in partner_ids:
            if partner_id not in accounts:
                accounts[partner_id] = Account.new(
                    {'partner_id': partner_id, 'company_id': self.company_id.id}
                )
        return accounts

    def _customers(self, period, accounts, orders):
        """Return ({customer id: ``rehearsal.Customer``}, {order id: its ``rehearsal.Claim`` s})."""
        bills = past.invoiced(self.env, [row[0] for row in orders])
        shares, invoices = {}, {}
        for order_id, move_id, day, amount, share in bills:
            shares.setdefault(move_id, []).append((order_id, min(max(share or 0.0, 0.0), 1.0)))
            invoices.setdefault(order_id, []).append((day, amount))
        items, claims = self._items(period, list(accounts), shares)
        securities, holds = self._securities(accounts), self._holds(accounts)
        payments = {}
        for partner_id, day in past.payments(self.env, period, list(accounts)):
            payments.setdefault(partner_id, []).append(day)
        ordered = self._orders(period, orders, invoices)
        return {
            key: rehearsal.Customer(
                key,
                tuple(items.get(key, ())),
                tuple(ordered.get(key, ())),
                tuple(securities.get(account, ())),
                tuple(holds.get(account, ())),
                tuple(payments.get(key, ())),
            )
            for key, account in accounts.items()
        }, claims

    def _orders(self, period, rows, invoices):
        """Return {customer id: orders}; an order with nothing to pay, or paid in advance, is not judged."""
        Terms = self.env['account.payment.term'].with_context(active_test=False)
        terms = Terms.browse({row[9] for row in rows if row[9]})
        advance = {term.id: term.ar_prepayment for term in terms}
        days = {term.id: -1 if term.ar_prepayment else term._ar_longest_days() for term in terms}
        result = {}
        for sequence, (
            key,
            _name,
            customer,
            _user,
            day,
            delivery,
            total,
            ordered,
            discount,
            term,
            done,
        ) in enumerate(rows):
            documents = tuple(invoices.get(key, ()))
            result.setdefault(customer, []).append(
                rehearsal.Order(
                    key,
                    day,
                    ordered,
                    sequence,
                    documents,
                    closed=max((when for when, _amount in documents), default=day) if done else None,
                    delivery=delivery,
                    judged=day >= period.first
                    and self.currency_id.compare_amounts(total, 0) > 0
                    and not advance.get(term),
                    facts={'order_value': total, 'discount': discount, 'credit_days': days.get(term, 0)},
                )
            )
        return result

    def _items(self, period, partner_ids, shares):
        """Return ({customer id: items}, {order id: claims})."""
        rows = past.items(self.env, period, partner_ids)
        matches, disputes = {}, {}
        for line_id, day, amount, kind in past.matches(self.env, [row[0] for row in rows]):
            matches.setdefault(line_id, []).append((day, amount, kind))
        for move_id, first, last, amount in past.disputes(self.env, {row[1] for row in rows}):
            disputes.setdefault(move_id, []).append((first, last, amount))
        items, claims = {}, {}
        for line_id, move_id, customer, day, due, amount, in_currency, is_bill, is_invoice in rows:
            settled, owned = matches.get(line_id, ()), tuple(shares.get(move_id, ()))
            rate = amount / in_currency if in_currency else 1.0
            items.setdefault(customer, []).append(
                rehearsal.Item(
                    day,
                    due,
                    amount,
                    tuple((when, part) for when, part, _kind in settled),
                    owned,
                    tuple((first, last, part * rate) for first, last, part in disputes.get(move_id, ())),
                    is_bill,
                )
            )
            for order_id, share in owned if is_invoice and amount > 0 else ():
                claims.setdefault(order_id, []).append(
                    rehearsal.Claim(
                        due,
                        amount * share,
                        tuple(rehearsal.Settlement(when, part * share, kind) for when, part, kind in settled),
                    )
                )
        return items, claims

    def _sales(self, period, partner_ids):
        """Return {customer id: {(year, month): sales}}, where a policy makes limits of sales."""
        if 'grade' not in (self.policy_a_id.limit_mode, self.policy_b_id.limit_mode):
            return {}
        sales = {}
        for partner_id, year, month, amount in past.sales(self.env, period, partner_ids):
            sales.setdefault(partner_id, {})[year, month] = amount
        return sales

    def _securities(self, accounts):
        """Return {account: securities}, in company currency at today's rate."""
        today, result = fields.Date.context_today(self), {}
        Security = self.env['ar.credit.security'].sudo()
        for security in Security.search(
            [('credit_account_id', 'in', [account.id for account in accounts.values() if account.id])]
        ):
            account = security.credit_account_id
            result.setdefault(account, []).append(
                rehearsal.Security(
                    security.kind,
                    account._credit_convert(security.amount, security.currency_id.id, today),
                    security.cover / 100,
                    security.valid_from or None,
                    security.valid_until or None,
                )
            )
        return result

    def _holds(self, accounts):
        """Return {account: [(day placed, day lifted or None)]}."""
        result = {}
        Hold = self.env['ar.hold'].sudo().with_context(active_test=False)
        for hold in Hold.search(
            [('credit_account_id', 'in', [account.id for account in accounts.values() if account.id])]
        ):
            first, last = (
                fields.Datetime.context_timestamp(self, moment).date() if moment else None
                for moment in (hold.placed_on, hold.lifted_on)
            )
            result.setdefault(hold.credit_account_id, []).append((first, last if not hold.active else None))
        return result
