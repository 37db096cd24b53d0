from odoo import fields, models

from ..rules import scoring

# What the values of ``_books_values`` are made of, and the cover by security.
BOOKS_FIELDS = [
    'date',
    'payment_index',
    'is_rated',
    'max_days_late',
    'has_days_late',
    'customer_since',
    'turnover_trend_pct',
    'has_trend',
    'exposure_gross',
    'security_amount',
    'present_limit',
    'has_present_limit',
]


class ArCreditBooksMixin(models.AbstractModel):
    """What ledger and credit file say of a customer on a day, copied: later entries do not change it."""

    _name = 'ar.credit.books.mixin'
    _description = "Ledger and Credit File on a Day"

    credit_account_id = fields.Many2one('ar.credit.account')
    currency_id = fields.Many2one('res.currency')
    date = fields.Date(
        required=True, default=fields.Date.context_today, help="The books are read as of this day."
    )
    payment_index = fields.Float(digits=(4, 1), readonly=True, copy=False)
    is_rated = fields.Boolean(readonly=True, copy=False)
    payment_experiences = fields.Integer(readonly=True, copy=False)
    max_days_late = fields.Integer("Longest Delay (Days)", readonly=True, copy=False)
    has_days_late = fields.Boolean(readonly=True, copy=False)
    customer_since = fields.Date(readonly=True, copy=False)
    average_monthly_sales = fields.Monetary(
        readonly=True, copy=False, help="Of the last 12 months, tax included."
    )
    has_sales = fields.Boolean(readonly=True, copy=False)
    turnover_trend_pct = fields.Float("Turnover Trend %", digits=(12, 1), readonly=True, copy=False)
    has_trend = fields.Boolean(readonly=True, copy=False)
    exposure_gross = fields.Monetary("Exposure", readonly=True, copy=False)
    security_amount = fields.Monetary("Security in Force", readonly=True, copy=False)
    present_grade_id = fields.Many2one('ar.credit.grade', readonly=True, copy=False)
    present_limit = fields.Monetary(readonly=True, copy=False)
    has_present_limit = fields.Boolean(readonly=True, copy=False)
    present_terms_days = fields.Integer("Present Terms (Days)", readonly=True, copy=False)
    has_present_terms = fields.Boolean(readonly=True, copy=False)

    def _prepare_books(self):
        """Return the values that ledger and credit file give now, as of ``date``."""
        account = self.credit_account_id
        read = (
            account._credit_refresh_behaviour
            if self.date == fields.Date.context_today(self)
            else account._credit_payment_behaviour
        )
        return {**self._prepare_behaviour(read(self.date)[account.id]), **self._prepare_present()}

    def _prepare_behaviour(self, behaviour):
        return {
            'payment_index': float(behaviour.payment_index or 0),
            'is_rated': behaviour.payment_index is not None,
            'payment_experiences': behaviour.experiences,
            'max_days_late': behaviour.max_days_late_12m or 0,
            'has_days_late': behaviour.max_days_late_12m is not None,
            'customer_since': behaviour.customer_since,
            'average_monthly_sales': behaviour.average_monthly_sales or 0.0,
            'has_sales': behaviour.average_monthly_sales is not None,
            'turnover_trend_pct': behaviour.turnover_trend_pct or 0.0,
            'has_trend': behaviour.turnover_trend_pct is not None,
        }

    def _prepare_present(self):
        account = self.credit_account_id
        limit = account._credit_effective_limit(self.date)
        terms = account._credit_allowed_days()
        securities = account._credit_securities(self.date).get(account, ())
        exposure = account._credit_exposures(self.date)[account.id]
        return {
            'present_grade_id': account.grade_id.id,
            'present_limit': limit or 0.0,
            'has_present_limit': limit is not None,
            'present_terms_days': terms or 0,
            'has_present_terms': terms is not None,
            'exposure_gross': exposure.gross,
            # In full: what an insurance covers of today's debt says little about tomorrow's limit.
            'security_amount': account._credit_secured(float('inf'), self.date, securities),
        }

    def _books_values(self):
        """Return the figures that a score card asks for, unrounded; None = unknown."""
        known = self.customer_since and self.date
        return {
            'payment_index': self.payment_index if self.is_rated else None,
            'max_days_late_12m': self.max_days_late if self.has_days_late else None,
            'years_as_customer': scoring.years_between(self.customer_since, self.date) if known else 0,
            'turnover_trend_pct': self.turnover_trend_pct if self.has_trend else None,
        }
