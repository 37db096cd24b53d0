from datetime import date

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...rules import allocation
from ...rules.decimals import exact
from ...rules.interest import Terms


class ArInterestScheme(models.Model):
    """What late payment costs: the rate, how its days or months are counted, the fixed sum, and whether it is booked."""

    _name = 'ar.interest.scheme'
    _description = "Interest Scheme"
    _order = 'sequence, name, id'

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one('res.company', help="Empty: for all companies.")
    note = fields.Text("Legal Basis", translate=True)

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
    auto_post = fields.Boolean("Post the Invoice", help="Else it stays a draft for an accountant to look at.")
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
        return Terms(
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
