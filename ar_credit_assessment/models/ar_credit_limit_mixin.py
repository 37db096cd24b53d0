from odoo import api, fields, models

from ..report import assessment_text
from ..rules import scoring
from .ar_credit_books_mixin import BOOKS_FIELDS
from .ar_credit_statement_mixin import STATEMENT_FIELDS

# What the values that are not typed are made of.
AUTOMATIC_FIELDS = [*BOOKS_FIELDS, *STATEMENT_FIELDS, 'requested_limit']


class ArCreditLimitMixin(models.AbstractModel):
    """A credit limit that follows from need, capacity and grade (``rules.scoring.limit_suggestion``).

    ``scored_grade_id`` is the grade without an override.
    """

    _name = 'ar.credit.limit.mixin'
    _inherit = ['ar.credit.books.mixin', 'ar.credit.statement.mixin']
    _description = "Suggested Credit Limit"

    company_id = fields.Many2one('res.company')
    requested_limit = fields.Monetary(
        "Credit Asked For", help="By the customer or the salesperson, if somebody asked."
    )
    scored_grade_id = fields.Many2one('ar.credit.grade', "Grade by Score")
    override_grade_id = fields.Many2one(
        'ar.credit.grade', "Another Grade", help="Empty: the grade of the score."
    )
    is_limit_overridden = fields.Boolean("Another Limit")
    override_limit = fields.Monetary("Limit", help="0 = no credit.")
    override_reason = fields.Text("Reason for the Difference")
    expected_monthly_sales = fields.Monetary(
        help="Tax included. Counts instead of the ledger's average where something is entered, as for a new "
        "customer."
    )
    new_grade_id = fields.Many2one('ar.credit.grade', "Proposed Grade", compute='_compute_limit', store=True)
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
    limit_html = fields.Html("How the Limit Was Found", compute='_compute_limit_html', sanitize=False)

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
        for record in self:
            grade = record.override_grade_id or record.scored_grade_id
            basis = record._limit_basis(grade)
            found = record._suggestion(basis)
            record.limit_basis = basis
            record.new_grade_id = grade
            record.new_terms_days = grade.max_terms_days
            record.has_need, record.need = found.need is not None, float(found.need or 0)
            record.has_capacity, record.capacity = found.capacity is not None, float(found.capacity or 0)
            record.suggested_limit = float(found.limit)
            record.new_limit = record.override_limit if record.is_limit_overridden else record.suggested_limit

    @api.depends(*assessment_text.LIMIT_FIELDS)
    @api.depends_context('lang')
    def _compute_limit_html(self):
        for record in self:
            record.limit_html = self.env['ir.qweb']._render(
                'ar_credit_assessment.assessment_limit',
                {'steps': assessment_text.limit_steps(record) if record.limit_basis else []},
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

    def _is_overridden(self):
        return self.is_limit_overridden or bool(
            self.override_grade_id and self.override_grade_id != self.scored_grade_id
        )

    def _collateral_cover(self):
        """Return what security covers, in percent of the credit asked for, else of exposure or limit."""
        base = self.requested_limit or max(
            self.exposure_gross, self.present_limit if self.has_present_limit else 0.0
        )
        if self.currency_id.compare_amounts(base, 0.0) > 0:
            return scoring.ratio(self.security_amount, base, 100)
        return 100 if self.security_amount else 0
