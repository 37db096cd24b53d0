"""How an assessment computes: ratios, score, grade, limit. The rules are in ``rules.scoring``."""

from odoo import api, fields, models

from ...rules import scoring

# What the automatic values are made of: as read from the books, and as typed from the statements.
LEDGER_FIELDS = [
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
    'requested_limit',
]
STATEMENT_FIELDS = [
    'has_current',
    'current_assets',
    'current_liabilities',
    'has_equity',
    'book_equity',
    'has_totals',
    'total_assets',
    'total_liabilities',
    'retained_earnings',
    'ebit',
]
STATEMENT_PARTS = {
    'has_current': ('current_assets', 'current_liabilities'),
    'has_equity': ('book_equity',),
    'has_totals': ('total_assets', 'total_liabilities', 'retained_earnings', 'ebit'),
}


class ArCreditAssessment(models.Model):
    _inherit = 'ar.credit.assessment'

    # From the ledger and the credit file
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

    # From the customer's statements, in company currency
    fiscal_year = fields.Char(help="The year the statements are of, and who audited them.")
    has_current = fields.Boolean("Working capital is known")
    current_assets = fields.Monetary()
    current_liabilities = fields.Monetary()
    working_capital = fields.Monetary(compute='_compute_ratios', store=True)
    has_equity = fields.Boolean("Net worth is known")
    book_equity = fields.Monetary("Net Worth (Equity)")
    has_totals = fields.Boolean("Totals and profit are known")
    total_assets = fields.Monetary()
    total_liabilities = fields.Monetary()
    retained_earnings = fields.Monetary()
    ebit = fields.Monetary("EBIT")
    z_score = fields.Float("Altman Z''", digits=(16, 3), compute='_compute_ratios', store=True)
    z_zone = fields.Selection(
        [('safe', "Safe"), ('grey', "Grey zone"), ('distress', "Distress")],
        "Zone",
        compute='_compute_ratios',
        store=True,
    )

    # Result
    has_score = fields.Boolean(compute='_compute_score', store=True)
    score = fields.Float(digits=(4, 1), compute='_compute_score', store=True)
    missing_weight = fields.Float("Weight of Missing Data", compute='_compute_score', store=True)
    caps = fields.Char("Cap Codes", compute='_compute_score', store=True)
    scored_grade_id = fields.Many2one(
        'ar.credit.grade', "Grade by Score", compute='_compute_score', store=True
    )
    new_grade_id = fields.Many2one('ar.credit.grade', "Proposed Grade", compute='_compute_limit', store=True)
    requested_limit = fields.Monetary(
        "Credit Asked For", help="By the customer or the salesperson, if somebody asked."
    )
    expected_monthly_sales = fields.Monetary(
        help="Tax included. Counts instead of the ledger's average where something is entered, as for a new customer."
    )
    need = fields.Monetary(compute='_compute_limit', store=True)
    has_need = fields.Boolean(compute='_compute_limit', store=True)
    capacity = fields.Monetary(compute='_compute_limit', store=True)
    has_capacity = fields.Boolean(compute='_compute_limit', store=True)
    suggested_limit = fields.Monetary(compute='_compute_limit', store=True)
    new_limit = fields.Monetary("Proposed Limit", compute='_compute_limit', store=True)
    limit_basis = fields.Json(
        compute='_compute_limit', store=True, help="The settings behind the suggested limit, as they were."
    )
    new_terms_days = fields.Integer("Proposed Terms (Days)", compute='_compute_limit', store=True)

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

    # === Facts ===

    @api.model
    def _automatic_fields(self):
        """Return the fields that ``_automatic_values`` reads."""
        return LEDGER_FIELDS + STATEMENT_FIELDS

    def _automatic_values(self):
        """Return the value of each automatic source, unrounded; None = unknown. Addons extend it for their sources."""
        self.ensure_one()
        years = (
            scoring.years_between(self.customer_since, self.date) if self.customer_since and self.date else 0
        )
        figures = self._statement_figures()
        return {
            'payment_index': self.payment_index if self.is_rated else None,
            'max_days_late_12m': self.max_days_late if self.has_days_late else None,
            'years_as_customer': years,
            'turnover_trend_pct': self.turnover_trend_pct if self.has_trend else None,
            'current_ratio': scoring.ratio(figures['current_assets'], figures['current_liabilities']),
            'z2': scoring.altman_z2(**figures).exact_z,
            'equity_ratio_pct': scoring.ratio(figures['book_equity'], figures['total_assets'], 100),
            'collateral_cover_pct': self._collateral_cover(),
        }

    def _collateral_cover(self):
        """Return the share of the credit that security covers: of what is asked for, else of exposure or limit."""
        base = self.requested_limit or max(
            self.exposure_gross, self.present_limit if self.has_present_limit else 0.0
        )
        if self.currency_id.compare_amounts(base, 0.0) > 0:
            return scoring.ratio(self.security_amount, base, 100)
        return 100 if self.security_amount else 0

    def _statement_figures(self):
        """Return the figures of the statements; those of a part that is not known are None."""
        return {
            name: self[name] if self[known] else None
            for known, names in STATEMENT_PARTS.items()
            for name in names
        }

    @api.onchange(*(name for names in STATEMENT_PARTS.values() for name in names))
    def _onchange_statements(self):
        for known, names in STATEMENT_PARTS.items():
            if any(self[name] for name in names):
                self[known] = True

    @api.depends(*STATEMENT_FIELDS)
    def _compute_ratios(self):
        for assessment in self:
            figures = assessment._statement_figures()
            z = scoring.altman_z2(**figures)
            assessment.z_score = float(z.z or 0)
            assessment.z_zone = z.zone
            assessment.working_capital = float(
                scoring.difference(figures['current_assets'], figures['current_liabilities']) or 0
            )

    # === Score and limit ===

    @api.depends(
        'line_ids.value',
        'line_ids.has_value',
        'line_ids.weight',
        'line_ids.scale',
        'flag_ids.is_set',
        'flag_ids.grade_id',
        'scorecard_id',
    )
    def _compute_score(self):
        grades = self.env['ar.credit.grade'].search([])
        for assessment in self:
            result = assessment._score()
            assessment.has_score = result.score is not None
            assessment.score = float(result.score or 0)
            assessment.missing_weight = float(result.missing_weight)
            assessment.caps = ','.join(result.caps)
            assessment.scored_grade_id = grades.filtered(lambda grade, code=result.grade: grade.code == code)[
                :1
            ]

    def _score(self):
        """Return ``rules.scoring.Result`` of the facts as they stand."""
        card, lines = self.scorecard_id, self.line_ids.filtered('scale')
        return scoring.scorecard(
            {line.code: line.value for line in lines if line.has_value},
            [line._as_rule() for line in lines],
            card._grades(),
            [
                scoring.Cap(flag.code, flag.grade_id.code)
                for flag in self.flag_ids.sorted('sequence')
                if flag.is_set
            ],
            card.missing_grade_id.code,
            card.missing_share,
        )

    @api.depends(
        'scored_grade_id',
        'override_grade_id',
        'is_limit_overridden',
        'override_limit',
        'average_monthly_sales',
        'has_sales',
        'expected_monthly_sales',
        'security_amount',
        *STATEMENT_FIELDS,
    )
    def _compute_limit(self):
        for assessment in self:
            grade = assessment.override_grade_id or assessment.scored_grade_id
            basis = assessment._limit_basis(grade)
            found = assessment._suggestion(basis)
            assessment.limit_basis = basis
            assessment.new_grade_id = grade
            assessment.new_terms_days = grade.max_terms_days
            assessment.has_need, assessment.need = found.need is not None, float(found.need or 0)
            assessment.has_capacity, assessment.capacity = (
                found.capacity is not None,
                float(found.capacity or 0),
            )
            assessment.suggested_limit = float(found.limit)
            assessment.new_limit = (
                assessment.override_limit if assessment.is_limit_overridden else assessment.suggested_limit
            )

    def _limit_basis(self, grade):
        """Return what grade and settings say about limits today, as plain data; empty without a grade."""
        company = self.company_id
        return (
            {
                'grade': grade.code,
                'factor': grade.limit_factor,
                'terms': grade.max_terms_days,
                'sales': self._monthly_sales(),
                'cushion': company.ar_limit_cushion_days,
                'net_worth_pct': company.ar_net_worth_pct,
                'working_capital_pct': company.ar_working_capital_pct,
                'maximum': company.ar_limit_maximum or None,
                'step': company.ar_limit_step,
            }
            if grade
            else {}
        )

    def _suggestion(self, basis):
        """Return ``rules.scoring.Suggestion`` on this basis."""
        figures = self._statement_figures()
        if not basis:
            return scoring.Suggestion(None, None, 0)
        return scoring.limit_suggestion(
            basis['sales'],
            basis['terms'],
            figures['book_equity'],
            scoring.difference(figures['current_assets'], figures['current_liabilities']),
            basis['factor'],
            self.security_amount,
            basis['maximum'],
            basis['cushion'],
            basis['net_worth_pct'],
            basis['working_capital_pct'],
            basis['step'],
            self.currency_id.decimal_places,
        )

    def _monthly_sales(self):
        if self.expected_monthly_sales:
            return self.expected_monthly_sales
        return self.average_monthly_sales if self.has_sales else None
