from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..report import assessment_text
from ..rules import scoring
from .ar_credit_limit_mixin import AUTOMATIC_FIELDS
from odoo.addons.ar_base.report.download import download_kept

STATES = [
    ('draft', "Draft"),
    ('submitted', "Submitted"),
    ('approved', "Approved"),
    ('applied', "Applied"),
    ('rejected', "Rejected"),
    ('cancelled', "Cancelled"),
]


class ArCreditAssessment(models.Model):
    """A customer judged by the five Cs: facts, score, grade and the limit that follows.

    A draft reads the books and computes as values are typed. Once submitted everything is frozen, weights and
    scales included, and a change of the credit file carries the proposal; the assessment's state follows it.
    """

    _name = 'ar.credit.assessment'
    _description = "Credit Assessment"
    _inherit = ['ar.credit.limit.mixin', 'mail.thread', 'mail.activity.mixin', 'ar.fact.mixin']
    # They are those of its change, which reports them.
    _journal_parts = {'line_ids': ('code', 'weight', 'value', 'has_value', 'points')}
    _journal_goes_on = frozenset(['state', 'approver_ids', 'decided_by', 'decision_note'])
    _order = 'date desc, id desc'
    # All that is read from the books, computed or set by the actions; the rest is entered in a draft.
    _facts = frozenset(
        ('partner_id', 'company_id', 'state', 'is_cancelled', 'change_id', 'approver_ids')
        + ('decided_by', 'decision_note', 'has_score', 'score', 'missing_weight', 'caps', 'scored_grade_id')
        + ('payment_index', 'is_rated', 'payment_experiences', 'max_days_late', 'has_days_late')
        + ('customer_since', 'average_monthly_sales', 'has_sales', 'turnover_trend_pct', 'has_trend')
        + ('exposure_gross', 'security_amount', 'present_grade_id', 'present_limit', 'has_present_limit')
        + ('present_terms_days', 'has_present_terms', 'working_capital', 'z_score', 'z_zone')
        + ('new_grade_id', 'need', 'has_need', 'capacity', 'has_capacity', 'suggested_limit', 'new_limit')
        + ('limit_basis', 'new_terms_days')
    )
    _fixed_after = frozenset({'submitted', 'approved', 'applied', 'rejected', 'cancelled'})
    _check_company_auto = True

    credit_account_id = fields.Many2one(
        'ar.credit.account', "Customer", required=True, index=True, ondelete='restrict', tracking=True
    )
    partner_id = fields.Many2one(
        related='credit_account_id.partner_id', string="Commercial Entity", store=True
    )
    company_id = fields.Many2one(related='credit_account_id.company_id', store=True, index=True)
    currency_id = fields.Many2one(related='company_id.currency_id')
    user_id = fields.Many2one(
        'res.users',
        "Assessor",
        required=True,
        default=lambda self: self.env.user,
        domain=[('share', '=', False)],
    )
    scorecard_id = fields.Many2one(
        'ar.credit.scorecard',
        "Score Card",
        required=True,
        check_company=True,
        ondelete='restrict',
        default=lambda self: self.env.company._ar_scorecard(),
    )
    state = fields.Selection(
        STATES, compute='_compute_state', store=True, index=True, tracking=True, group_expand=True, copy=False
    )
    is_cancelled = fields.Boolean(readonly=True, copy=False)
    change_id = fields.Many2one('ar.credit.change', readonly=True, copy=False, index='btree_not_null')
    line_ids = fields.One2many('ar.credit.assessment.line', 'assessment_id', "Factors", copy=False)
    flag_ids = fields.One2many('ar.credit.assessment.flag', 'assessment_id', "Knock-outs", copy=False)
    references = fields.Text(help="Bank and trade references, visits, press, registers.")
    conclusion = fields.Text(help="Strengths and weaknesses of the customer, in a few sentences.")

    has_score = fields.Boolean(compute='_compute_score', store=True)
    score = fields.Float(digits=(4, 1), compute='_compute_score', store=True)
    missing_weight = fields.Float("Weight of Missing Data", compute='_compute_score', store=True)
    caps = fields.Char("Cap Codes", compute='_compute_score', store=True)
    scored_grade_id = fields.Many2one(compute='_compute_score', store=True)
    result_html = fields.Html("Result", compute='_compute_result_html', sanitize=False)
    five_c_html = fields.Html("Five Cs", compute='_compute_five_c_html', sanitize=False)

    valid_until = fields.Date("Limit Valid Until", help="Empty: no end date; the grade sets the next review.")
    apply_on = fields.Date("Takes Effect on", help="Empty: as soon as it is approved.")
    approver_ids = fields.Many2many(related='change_id.approver_ids')
    decided_by = fields.Many2one(related='change_id.decided_by')
    decision_note = fields.Text(related='change_id.decision_note')

    _limits_not_negative = models.Constraint(
        'CHECK (override_limit >= 0 AND requested_limit >= 0 AND expected_monthly_sales >= 0)',
        "Limits and expected sales cannot be negative.",
    )

    @api.depends('credit_account_id', 'date')
    def _compute_display_name(self):
        for assessment in self:
            partner = assessment.credit_account_id.partner_id.display_name
            assessment.display_name = (
                f'{partner}, {assessment.date}' if partner else self.env._("New Assessment")
            )

    @api.depends('change_id.state', 'is_cancelled')
    def _compute_state(self):
        for assessment in self:
            change = assessment.change_id
            if change:
                # A change that went back to draft still carries this proposal.
                assessment.state = 'submitted' if change.state == 'draft' else change.state
            else:
                assessment.state = 'cancelled' if assessment.is_cancelled else 'draft'

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

    @api.depends(*assessment_text.RESULT_FIELDS)
    @api.depends_context('lang')
    def _compute_result_html(self):
        for assessment in self:
            assessment.result_html = self.env['ir.qweb']._render(
                'ar_credit_assessment.assessment_result', assessment_text.result(assessment)
            )

    @api.depends('line_ids.points', 'line_ids.has_value', 'line_ids.weight')
    @api.depends_context('lang')
    def _compute_five_c_html(self):
        for assessment in self:
            assessment.five_c_html = self.env['ir.qweb']._render(
                'ar_credit_assessment.assessment_five_cs', {'rows': assessment_text.criteria(assessment)}
            )

    # === Drafts, and frozen ones ===

    @api.model_create_multi
    def create(self, vals_list):
        assessments = super().create(vals_list)
        assessments.filtered(lambda a: not a.line_ids)._read_books()
        return assessments

    def write(self, vals):
        result = super().write(vals)
        if {'credit_account_id', 'scorecard_id', 'date'} & set(vals):
            # A frozen one keeps its figures, also when its customer is merged into another.
            self.filtered(lambda assessment: assessment.state == 'draft')._read_books()
        return result

    def _is_kept(self):
        return self.state not in ('draft', 'cancelled')

    def _refusal_to_edit(self, names):
        if facts := self._declared('_facts').intersection(names):
            label = self._fields[min(facts)].string
            return self.env._("%s is read from the books or computed; it is not entered.", label)
        return self.env._(
            "The assessment of %(customer)s is frozen since it was submitted. Assess the customer again to "
            "correct it.",
            customer=self.filtered(lambda assessment: assessment.state != 'draft')[:1].partner_id.name,
        )

    def _refusal_to_delete(self):
        return self.env._(
            "The assessment of %s was submitted and is kept. Cancel its change instead.",
            self.partner_id.name,
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_lines(self):
        # Its lines are of its making.
        self.sudo().line_ids.unlink()
        self.sudo().flag_ids.unlink()

    def _check_draft(self):
        if any(assessment.state != 'draft' for assessment in self):
            raise UserError(self._refusal_to_edit(()))

    # === Reading the books ===

    def _read_books(self):
        """Copy what ledger, credit file and score card say; what was typed for the same factor stays."""
        for assessment in self.sudo():
            card, account = assessment.scorecard_id, assessment.credit_account_id
            facts = account._knockout_facts(assessment.date)
            assessment._record_facts(
                {
                    **assessment._prepare_books(),
                    'line_ids': assessment.line_ids._prepare_commands(card.factor_ids),
                    'flag_ids': assessment.flag_ids._prepare_commands(card.knockout_ids, facts),
                }
            )

    @api.model
    def _automatic_fields(self):
        """Hook: return the fields that ``_automatic_values`` reads."""
        return AUTOMATIC_FIELDS

    def _automatic_values(self):
        """Hook: return {source: value, unrounded; None = unknown} of what is not typed."""
        self.ensure_one()
        return {
            **self._books_values(),
            **self._statement_values(),
            'collateral_cover_pct': self._collateral_cover(),
        }

    def _origin_in_words(self, source):
        """Hook: return where the value of an automatic source comes from."""
        return assessment_text.origin(self, source)

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

    # === Actions ===

    def action_read_books(self):
        """Read ledger, credit file and score card again."""
        self.check_access('write')
        self._check_draft()
        self._read_books()

    def action_submit(self):
        """Freeze the assessment and submit its proposal as a change of the credit file."""
        for assessment in self:
            assessment._check_draft()
            assessment._check_complete()
            change = self.env['ar.credit.change']._create_with_facts(assessment._prepare_change())
            assessment.sudo()._record_facts({'change_id': change.id})
            # From here on its state is that of the change, which reports each of them.
            assessment._journal('submitted')
            change.action_submit()
        return True

    def _check_complete(self):
        if not self.new_grade_id:
            raise UserError(
                self.env._(
                    "Nothing is known about %s yet: enter at least one factor, or choose a grade and give "
                    "the reason.",
                    self.partner_id.name,
                )
            )
        if self._is_overridden() and not (self.override_reason or '').strip():
            raise UserError(
                self.env._(
                    "Your proposal differs from the score (%(score)s). Say why, so that the approver can "
                    "follow.",
                    score=self.scored_grade_id.code or self.env._("no grade"),
                )
            )

    def _prepare_change(self):
        grade = self.new_grade_id
        return {
            'credit_account_id': self.credit_account_id.id,
            'origin': 'assessment',
            'change_grade': True,
            'new_grade_id': grade.id,
            'change_limit': True,
            'new_limit': self.new_limit,
            'change_terms': True,
            'new_terms_days': self.new_terms_days,
            'valid_until': self.valid_until,
            'apply_on': self.apply_on,
            'review_on': self.date + relativedelta(months=grade.review_months),
            'reason': assessment_text.reason(self),
        }

    def action_approve(self):
        return self._check_change().action_approve()

    def action_reject(self):
        return self._check_change().action_reject()

    def action_apply(self):
        return self._check_change().action_apply()

    def action_withdraw(self):
        """Take back what is not applied yet."""
        return self._check_change().action_cancel()

    def _check_change(self):
        for assessment in self:
            if not assessment.change_id:
                raise UserError(self.env._("Submit the assessment of %s first.", assessment.partner_id.name))
        return self.change_id

    def action_cancel(self):
        """Give up a draft; it is kept."""
        self.check_access('write')
        self._check_draft()
        self.sudo()._record_facts({'is_cancelled': True})
        self._journal('cancelled')

    def action_assess_again(self):
        """Open a new draft with what was typed here and today's books."""
        self.ensure_one()
        again = self.copy({'date': fields.Date.context_today(self), 'user_id': self.env.uid})
        typed = {line.code: line for line in self.line_ids if line.source == 'manual' and line.has_value}
        for line in again.line_ids.filtered(lambda line: line.source == 'manual' and line.code in typed):
            line.write(
                {'value': typed[line.code].value, 'has_value': True, 'comment': typed[line.code].comment}
            )
        return again._action_open()

    def action_print(self):
        """Print the score card; from submission on, the first one that was handed out is kept."""
        self.ensure_one()
        report = self.env.ref('ar_credit_assessment.score_card_report')
        if not self._is_kept():
            return report.report_action(self)
        name = self.env._("Score card %(state)s %(day)s", state=self._state_in_words(), day=self.date)
        return download_kept(self, f'{name}.pdf', lambda: report._render_qweb_pdf(report, self.ids)[0])

    def _state_in_words(self):
        return dict(self._fields['state']._description_selection(self.env))[self.state]

    def action_open_change(self):
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'ar.credit.change',
            'res_id': self.change_id.id,
            'view_mode': 'form',
        }

    def _action_open(self):
        return {
            'type': 'ir.actions.act_window',
            'res_model': self._name,
            'res_id': self.id,
            'view_mode': 'form',
            'name': self.env._("Assessment"),
        }
