"""The exposure counted by hand: every document read on its own with the plain ORM, every figure exact.

It shares no code with the product, not even what a document weighs: it is ACCOUNTING.md 6.1 to 6.4 once more,
slowly. What Odoo says of its own documents (totals of a line, whether an order is fully invoiced, whether a
payment is matched with a statement) is taken as given; what is left of a receivable is not, it is recounted
from the matchings.
"""

from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from odoo import fields

BILLED = {'out_invoice': 1, 'out_receipt': 1, 'out_refund': -1}


class Figures(NamedTuple):
    components: dict
    gross: Decimal
    secured: Decimal
    net: Decimal


def exact(value):
    """Return a figure of the database without the noise of its float."""
    return Decimal(str(round(value, 9)))


class HandCount:
    """Counts in company currency at today's rates, for one company."""

    def __init__(self, company):
        self.company = company.sudo()
        self.env = self.company.env
        self.today = fields.Date.context_today(company)

    # === Money ===

    def _units(self, currency):
        """Return how many units of the currency make the rates' base."""
        rate = self.env['res.currency.rate'].search(
            [
                ('currency_id', '=', currency.id),
                ('company_id', '=', self.company.id),
                ('name', '<=', self.today),
            ],
            order='name desc',
            limit=1,
        )
        return exact(rate.rate) if rate else Decimal(1)

    def convert(self, amount, currency):
        if currency == self.company.currency_id:
            return amount
        return amount * self._units(self.company.currency_id) / self._units(currency)

    def rounded(self, amount):
        return amount.quantize(exact(self.company.currency_id.rounding), ROUND_HALF_UP)

    def total(self, items):
        """Return (amount, currency) pairs as one figure, rounded once."""
        return self.rounded(sum((self.convert(amount, currency) for amount, currency in items), Decimal(0)))

    # === Documents ===

    def residual(self, line):
        """Return what is open of a line, in company currency and in its own: a draft entry takes nothing."""
        balance, amount = exact(line.balance), exact(line.amount_currency)
        for partial in line.matched_credit_ids:
            if partial.credit_move_id.parent_state != 'posted':
                continue
            balance, amount = balance - exact(partial.amount), amount - exact(partial.debit_amount_currency)
        for partial in line.matched_debit_ids:
            if partial.debit_move_id.parent_state != 'posted':
                continue
            balance, amount = balance + exact(partial.amount), amount + exact(partial.credit_amount_currency)
        return balance, amount

    def _lines(self, partner, domain):
        return self.env['account.move.line'].search(
            [
                ('partner_id', 'child_of', partner.id),
                ('move_id.state', '=', 'posted'),
                ('company_id', '=', self.company.id),
                *domain,
            ]
        )

    def _items(self, partner, sign):
        lines = self._lines(partner, [('account_id.account_type', '=', 'asset_receivable')])
        for line in lines.filtered(
            lambda x: not x.account_id.non_trade and x.account_id.ar_receivable_kind != 'bill'
        ):
            balance, amount = self.residual(line)
            if balance * sign > 0:
                yield amount, line.currency_id

    def _bills(self, partner):
        for line in self._lines(partner, [('account_id.ar_receivable_kind', '=', 'bill')]):
            yield self.residual(line)[1], line.currency_id

    def _drafts(self, partner):
        for move in self.env['account.move'].search(
            [('partner_id', 'child_of', partner.id), ('state', '=', 'draft')]
        ):
            if move.move_type in ('out_invoice', 'out_receipt'):
                yield exact(move.amount_total), move.currency_id

    def _transit(self, partner):
        if self.company.ar_payment_counts == 'bank':
            for payment in self.env['account.payment'].search([('partner_id', 'child_of', partner.id)]):
                if (
                    payment.payment_type == 'inbound'
                    and payment.state in ('in_process', 'paid')
                    and not payment.is_matched
                ):
                    yield exact(payment.amount), payment.currency_id

    # === Orders ===

    def _billed(self, line):
        """Return what invoices of the order's customer, posted or draft, bill of a line."""
        amount = Decimal(0)
        for item in line.invoice_lines:
            move = item.move_id
            assert move.currency_id == line.order_id.currency_id, (
                "no step invoices in another currency than the order's"
            )
            # A draft credit note gives nothing back yet: its invoice is still an open item.
            counts = move.state == 'posted' or (move.state == 'draft' and move.move_type != 'out_refund')
            if (
                counts
                and move.commercial_partner_id == line.order_id.partner_invoice_id.commercial_partner_id
            ):
                amount += exact(item.price_total) * BILLED[move.move_type]
        return amount

    def _price_of_nothing(self, line):
        """Return what a unit of a line costs of which nothing is ordered any more, taxes included."""
        taxes = line.tax_ids.filtered(lambda tax: tax.amount_type == 'percent' and not tax.price_include)
        untaxed = exact(line.price_unit) * (1 - exact(line.discount) / 100)
        return untaxed * (1 + sum((exact(tax.amount) for tax in taxes), Decimal(0)) / 100)

    def parts(self, order, prepaid=False):
        """Return (delivered and not invoiced, open) of an order, in its own currency, horizon aside."""
        zero = Decimal(0)
        delivered_part = open_part = taken_off = zero
        for line in order.order_line.filtered(lambda line: not line.display_type):
            ordered, quantity, billed = (
                exact(line.price_total),
                exact(line.product_uom_qty),
                self._billed(line),
            )
            if ordered < 0 or (line.is_downpayment and not quantity):
                taken_off += min(ordered - billed, zero)
                continue
            price = ordered / quantity if quantity else self._price_of_nothing(line)
            delivered = price * exact(line.qty_delivered)
            delivered_part += max(delivered - billed, zero)
            open_part += max(ordered - max(delivered, billed), zero)
        if order.credit_remainder_released or prepaid:
            open_part = zero
        return max(delivered_part + min(open_part + taken_off, zero), zero), max(open_part + taken_off, zero)

    def _counted(self, order):
        return self.parts(order, prepaid=order.payment_term_id.ar_prepayment)

    def document(self, order):
        """Return what an order adds to the exposure, in company currency."""
        return self.total([(sum(self.parts(order)), order.currency_id)])

    def value(self, order):
        return self.total([(exact(order.amount_total), order.currency_id)])

    def _near(self, order):
        if not self.company.ar_use_horizon or not order.commitment_date:
            return True
        return (order.commitment_date.date() - self.today).days <= self.company.ar_horizon_days

    def _orders(self, partner, without):
        orders = self.env['sale.order'].search(
            [('partner_invoice_id', 'child_of', partner.id), ('state', '=', 'sale')]
        )
        return (orders - without).filtered(lambda order: order.invoice_status != 'invoiced')

    # === Figures ===

    def figures(self, account, without=()):
        """Return the account's ``Figures``, leaving out some orders."""
        partner = account.partner_id
        orders = self._orders(partner, self.env['sale.order'].union(*without))
        components = {
            'open_items': self.total(self._items(partner, 1)),
            'unallocated_credits': self.total(
                self._items(partner, -1) if self.company.ar_deduct_credits else ()
            ),
            'draft_invoices': self.total(self._drafts(partner)),
            'delivered_not_invoiced': self.total(
                (self._counted(order)[0], order.currency_id) for order in orders
            ),
            'open_orders': self.total(
                (self._counted(order)[1], order.currency_id) for order in orders if self._near(order)
            ),
            'bills': self.total(self._bills(partner)),
            'payments_in_transit': self.total(self._transit(partner)),
        }
        gross = sum(components.values())
        secured = min(self._secured(account, gross), max(gross, Decimal(0)))
        return Figures(components, gross, secured, gross if gross < 0 else max(gross - secured, Decimal(0)))

    def _secured(self, account, gross):
        total = Decimal(0)
        for security in account.sudo().security_ids:
            if not (security.valid_from or self.today) <= self.today <= (security.valid_until or self.today):
                continue
            amount = self.convert(exact(security.amount), security.currency_id)
            if security.kind == 'insurance':
                amount = min(amount, max(gross, Decimal(0)))
            total += amount * exact(security.cover) / 100
        return self.rounded(total)

    # === Limits ===

    def own_limit(self, account):
        """Return the customer's own limit today; None = none decided."""
        if account.temp_until and (account.temp_from or self.today) <= self.today <= account.temp_until:
            return exact(account.temp_limit)
        return exact(account.credit_limit) if account.limit_decided else None

    def available(self, account, without=()):
        """Return the credit that the account has left, other orders aside; None = no limit."""
        if account.is_unlimited:
            return None
        group, own = account.group_id, self.own_limit(account)
        if own == 0 and not account.limit_mandatory and group:
            own = None
        if own is None and not group and self.company.ar_default_limit_policy == 'amount':
            own = exact(self.company.ar_default_limit)
        net = self.figures(account, without).net
        left = [] if own is None else [own - net]
        if group:
            limit = exact(group.credit_limit)
            left += [
                limit - net,
                limit - sum(self.figures(member, without).net for member in group.account_ids),
            ]
        return min(left, default=None)
