from collections import defaultdict
from contextlib import suppress
from datetime import date, timedelta
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date

from ..engine import settlements
from ..rules import allocation, interest
from odoo.addons.ar_base.rules.money import exact


class ItemInterest(NamedTuple):
    """Interest of one item in its own currency. No dates: nothing accrues, and ``text`` says why."""

    amount: float
    date_from: date | None
    date_until: date | None
    segments: tuple
    text: str


class ArInterestScheme(models.Model):
    """What late payment costs: the rate, how days or months count, the fixed sum, and whether it is booked.

    The history of many items is read at once; what they cost is for ``rules.interest`` to say.
    """

    _name = 'ar.interest.scheme'
    _description = "Interest Scheme"
    _inherit = ['ar.plausible.mixin']
    _order = 'sequence, name, id'

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one('res.company', help="Empty: for all companies.")
    note = fields.Text("Legal Basis", translate=True)
    letter_text = fields.Text(
        "Words on Letters",
        translate=True,
        help="What a letter says of the law or the contract that grants the interest and the fixed sum it "
        "demands.",
    )

    rate_type = fields.Selection(
        [
            ('annual', "Percent per year"),
            ('monthly', "Percent per month"),
            ('daily', "Percent per day"),
            ('table', "Rate table"),
        ],
        required=True,
        default='annual',
    )
    rate = fields.Float("Rate (%)", digits=(12, 6))
    table_id = fields.Many2one(
        'ar.interest.rate.table', "Rate Table", index='btree_not_null', ondelete='restrict'
    )
    multiplier = fields.Float(digits=(12, 6), default=1, help="The table's rate times this, plus the margin.")
    margin = fields.Float("Margin (Points)", digits=(12, 6), help="Percentage points per year.")
    rate_mode = fields.Selection(
        [
            ('floating', "Follows the table"),
            ('fixed_at_start', "Stays as on the first day"),
        ],
        "Rate Changes",
        required=True,
        default='floating',
    )

    accrual = fields.Selection(
        [('day', "By the day"), ('month', "By the month")], required=True, default='day'
    )
    day_count = fields.Selection(
        [
            ('act/365', "Actual / 365"),
            ('act/360', "Actual / 360"),
            ('act/act', "Actual / actual"),
        ],
        required=True,
        default='act/365',
    )
    payment_day_counted = fields.Boolean("Payment Day Counts", default=True)
    months = fields.Selection(
        [('completed', "Completed"), ('started', "Started")],
        "Months Charged",
        required=True,
        default='completed',
    )
    compounding = fields.Boolean(help="The interest of earlier months bears interest.")
    rounding = fields.Selection(
        [
            ('none', "Once, at the end"),
            ('segment', "Each period"),
            ('daily', "Each day"),
        ],
        required=True,
        default='none',
    )
    grace_days = fields.Integer()
    grace_mode = fields.Selection(
        [
            ('retroactive', "Then charged from the first day"),
            ('deferred', "Never charged"),
        ],
        "Days of Grace Are",
        required=True,
        default='retroactive',
    )
    interest_on_charges = fields.Boolean(
        "Interest on Interest", help="Booked interest and fees bear interest as well."
    )
    currency_id = fields.Many2one(
        'res.currency', required=True, default=lambda self: self.env.company.currency_id
    )
    minimum = fields.Monetary(
        help="Less than this is not charged for an item; its days stay open and count the next time."
    )

    fixed_sum_id = fields.Many2one('ar.fixed.sum', index='btree_not_null', ondelete='restrict')
    booking = fields.Selection(
        [('memo', "Memo"), ('invoice', "Invoice")],
        required=True,
        default='memo',
        help="Memo: claimed, not booked. Invoice: an invoice of its own for each customer.",
    )
    auto_post = fields.Boolean(
        "Post the Invoice", help="Otherwise it stays a draft for an accountant to review."
    )
    allocation_order = fields.Selection(
        '_selection_allocation_order',
        "Payments Settle First",
        required=True,
        default='fees,interest,principal',
    )

    _positive = models.Constraint(
        'CHECK (rate >= 0 AND multiplier >= 0 AND grace_days >= 0 AND minimum >= 0)',
        "Rate, multiplier, grace and minimum cannot be negative.",
    )

    @api.model
    def _selection_allocation_order(self):
        names = {
            'fees': self.env._("fees"),
            'interest': self.env._("interest"),
            'principal': self.env._("principal"),
        }
        return [(order, ', '.join(names[kind] for kind in order.split(','))) for order in allocation.ORDERS]

    @api.constrains('rate_type', 'table_id', 'accrual')
    def _check_rate(self):
        for scheme in self:
            if scheme.rate_type == 'table' and not scheme.table_id:
                raise ValidationError(self.env._("%s: choose the rate table.", scheme.name))
            if scheme.rate_type == 'monthly' and scheme.accrual == 'day':
                raise ValidationError(
                    self.env._("%s: a rate per month is charged by the month.", scheme.name)
                )
            if scheme.rate_type == 'daily' and scheme.accrual == 'month':
                raise ValidationError(self.env._("%s: a rate per day is charged by the day.", scheme.name))

    @api.onchange('rate_type')
    def _onchange_rate_type(self):
        if self.rate_type in ('monthly', 'daily'):
            self.accrual = 'month' if self.rate_type == 'monthly' else 'day'

    def _terms(self, currency, company, day):
        """Return the scheme as ``rules.interest`` reads it, for items in ``currency``."""
        self.ensure_one()
        minimum = self.minimum
        if minimum and currency != self.currency_id:
            minimum = self.currency_id._convert(minimum, currency, company, day)
        table = self.rate_type == 'table'
        return interest.Terms(
            rates=self.table_id._rows() if table else ((date.min, exact(self.rate) / 100),),
            per={'daily': 'day', 'monthly': 'month'}.get(self.rate_type, 'year'),
            floating=not table or self.rate_mode == 'floating',
            margin=exact(self.margin) / 100 if table else 0,
            multiplier=exact(self.multiplier) if table else 1,
            day_count=self.day_count,
            payment_day_counted=self.payment_day_counted,
            rounding=self.rounding,
            grace_days=self.grace_days,
            grace_mode=self.grace_mode,
            months=self.months,
            compounding=self.compounding,
            minimum=exact(minimum),
            unit=exact(currency.rounding),
        )

    # === What items cost ===

    def _item_interest(self, lines, until):
        """Return {line id: ItemInterest} of the days until ``until`` that were not charged yet.

        Items that are settled by now count as well, for the days on which they were late. What has no accrued
        day is left out. The number of queries does not depend on the number of items.
        """
        self.ensure_one()
        until = fields.Date.to_date(until)
        lines = self._interest_bearing(lines, until)
        events, charged = self._events(lines), self.env['ar.interest.charge']._charged_until(lines)
        terms, result = {}, {}
        for line in lines:
            key = (line.currency_id, line.company_id)
            if key not in terms:
                terms[key] = self._terms(*key, until)
            found = self._of_item(line, until, events[line.id], terms[key], charged.get(line.id))
            if found:
                result[line.id] = found
        return result

    def _interest_bearing(self, lines, until):
        """Return the posted debits among the lines that are due before ``until`` and may bear interest."""
        lines = lines.sudo()
        if not self.interest_on_charges:
            documents = (
                self.env['ar.interest.charge']
                .sudo()
                .search_fetch([('invoice_id', 'in', lines.move_id.ids)], ['invoice_id'])
                .invoice_id
            )
            lines = lines.filtered(lambda line: line.move_id not in documents)
        return lines.filtered(
            lambda line: (
                line.parent_state == 'posted'
                and line.amount_currency > 0
                and (line.date_maturity or line.date) < until
            )
        )

    def _events(self, lines):
        """Return {line id: [Event]} of what was matched with the lines, in their currency, by effective date.

        A credit note made from the document counts from the beginning, all else from its own date.
        """
        events = defaultdict(list)
        for model, names in settlements.FLUSHED.items():
            self.env[model].flush_model(names)
        for line_id, day, amount, corrects in self.env.execute_query(settlements.of_items(lines.ids)):
            events[line_id].append(interest.Event(day, exact(amount), bool(corrects)))
        return events

    def _of_item(self, line, until, events, terms, charged_until):
        try:
            found = self._calculate(line, until, events, terms, charged_until)
        except interest.NoRate as gap:
            return ItemInterest(
                0.0,
                None,
                None,
                (),
                self.env._(
                    "%(table)s has no rate for %(date)s: enter it to charge interest.",
                    table=self.table_id.name,
                    date=format_date(self.env, gap.day),
                ),
            )
        if not found.segments:
            return None
        return ItemInterest(
            float(found.amount),
            found.segments[0].start,
            found.until,
            found.segments,
            self._explain(found, line.currency_id),
        )

    def _calculate(self, line, until, events, terms, charged_until):
        calculate = interest.monthly if self.accrual == 'month' else interest.interest
        return calculate(
            exact(line.amount_currency), line.date_maturity or line.date, until, events, terms, charged_until
        )

    def _interest_of_days(self, charges):
        """Return {charge: Result} of the charges' own days by the history known now, without a minimum."""
        self.ensure_one()
        events, result = self._events(charges.move_line_id), {}
        lag = timedelta(days=0 if self.payment_day_counted or self.accrual == 'month' else 1)
        for charge in charges:
            line = charge.move_line_id.sudo()
            terms = self._terms(charge.currency_id, charge.company_id, charge.date_until)._replace(minimum=0)
            before = charge.date_from - timedelta(days=1)
            with suppress(interest.NoRate):
                result[charge] = self._calculate(
                    line, charge.date_until + lag, events[line.id], terms, before
                )
        return result

    def _explain(self, found, currency):
        """Return one sentence for each period of one balance and rate, in the user's language."""
        rates = {
            'year': self.env._("%(rate)s %% per year"),
            'month': self.env._("%(rate)s %% per month"),
            'day': self.env._("%(rate)s %% per day"),
        }
        parts = [
            self.env._(
                "%(start)s – %(end)s: %(days)s days on %(principal)s at %(rate)s",
                start=format_date(self.env, segment.start),
                end=format_date(self.env, segment.end),
                days=segment.days,
                principal=currency.format(float(segment.principal)),
                rate=rates[segment.per] % {'rate': interest.percent(segment.rate)},
            )
            for segment in found.segments
        ]
        if not found.amount:
            parts.append(self.env._("Below the minimum: not charged yet"))
        return '\n'.join(parts)

    # === Fixed sums ===

    def _item_fixed_sums(self, lines, until):
        """Return {line id: FixedSum} of late documents that were not charged it, one line per document."""
        self.ensure_one()
        if not self.fixed_sum_id:
            return {}
        until = fields.Date.to_date(until)
        lines = self._interest_bearing(lines, until)
        charged = self.env['ar.interest.charge']._documents_with_fixed_sum(lines.move_id)
        events, result, done = self._events(lines), {}, set()
        for line in lines.sorted(lambda line: (line.date_maturity or line.date, line.id)):
            debt = self._debt_when_late(line, until, events[line.id])
            if debt and line.move_id not in charged and line.move_id.id not in done:
                found = self.fixed_sum_id._of_debt(debt, line.currency_id, line.company_id, until)
                if found:
                    done.add(line.move_id.id)
                    result[line.id] = found
        return result

    def _debt_when_late(self, line, until, events):
        due, principal = line.date_maturity or line.date, exact(line.amount_currency)
        return float(interest.debt_when_late(principal, due, until, events, self.grace_days))

    # === Charges ===

    def _prepare_charges(self, lines, until, accounts):
        """Yield the values of what the lines are charged until the day.

        :param accounts: {(customer, root company): credit account}
        """
        found, sums = self._item_interest(lines, until), self._item_fixed_sums(lines, until)
        for line in lines.sudo():
            partner = line.partner_id.commercial_partner_id
            common = {
                'move_line_id': line.id,
                'partner_id': partner.id,
                'company_id': line.company_id.id,
                'credit_account_id': accounts[partner, line.company_id.root_id].id,
                'currency_id': line.currency_id.id,
                'interest_scheme_id': self.id,
                'to_book': self.booking == 'invoice',
            }
            if line.id in found and found[line.id].amount:
                amount, date_from, date_until, _segments, text = found[line.id]
                days = {'date_from': date_from, 'date_until': date_until}
                yield {**common, 'kind': 'interest', 'amount': amount, 'explanation': text, **days}
            if line.id in sums:
                amount, text = sums[line.id]
                yield {**common, 'kind': 'fixed_sum', 'amount': amount, 'explanation': text}
