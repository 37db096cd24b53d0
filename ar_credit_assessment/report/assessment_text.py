"""What an assessment tells its readers: where values come from, why this grade, how the limit was found."""

from odoo import api, fields, models
from odoo.tools import float_repr
from odoo.tools.misc import format_date

from .ar_credit_scorecard_factor import FIVE_CS


class ArCreditAssessment(models.Model):
    _inherit = 'ar.credit.assessment'

    result_html = fields.Html("Result", compute='_compute_result_html', sanitize=False)
    five_c_html = fields.Html("Five Cs", compute='_compute_five_c_html', sanitize=False)
    limit_html = fields.Html("How the Limit Was Found", compute='_compute_limit_html', sanitize=False)

    @api.depends(
        'score',
        'has_score',
        'missing_weight',
        'caps',
        'scored_grade_id',
        'new_grade_id',
        'new_limit',
        'new_terms_days',
        'present_grade_id',
        'present_limit',
        'has_present_limit',
        'present_terms_days',
        'override_grade_id',
        'is_limit_overridden',
        'flag_ids.is_set',
    )
    @api.depends_context('lang')
    def _compute_result_html(self):
        for assessment in self:
            assessment.result_html = self.env['ir.qweb']._render(
                'ar_credit_control.assessment_result',
                {
                    'a': assessment,
                    'money': assessment._money,
                    'caps': assessment._caps_in_words(),
                    'overridden': assessment._is_overridden(),
                    'terms': self._terms_in_words,
                    'share': assessment._missing_share_text(),
                },
            )

    @api.depends('line_ids.points', 'line_ids.has_value', 'line_ids.weight')
    @api.depends_context('lang')
    def _compute_five_c_html(self):
        names = dict(
            self.env['ar.credit.assessment.line']._fields['criterion']._description_selection(self.env)
        )
        for assessment in self:
            assessment.five_c_html = self.env['ir.qweb']._render(
                'ar_credit_control.assessment_five_cs',
                {
                    'rows': [
                        row for code, _name in FIVE_CS for row in assessment._criterion_row(code, names[code])
                    ]
                },
            )

    def _criterion_row(self, code, name):
        """Yield name, weight and mean points (None = nothing is known) of one C, if the score card has it."""
        lines = self.line_ids.filtered(lambda line: line.criterion == code)
        weight = sum(lines.mapped('weight'))
        known = lines.filtered('has_value')
        known_weight = sum(known.mapped('weight'))
        if weight:
            yield {
                'name': name,
                'weight': f'{weight:g}',
                'points': sum(line.points * line.weight for line in known) / known_weight
                if known_weight
                else None,
            }

    @api.depends(
        'need',
        'has_need',
        'capacity',
        'has_capacity',
        'suggested_limit',
        'security_amount',
        'limit_basis',
        'book_equity',
        'has_equity',
        'working_capital',
        'has_current',
    )
    @api.depends_context('lang')
    def _compute_limit_html(self):
        for assessment in self:
            assessment.limit_html = self.env['ir.qweb']._render(
                'ar_credit_control.assessment_limit',
                {'a': assessment, 'steps': assessment._limit_in_words() if assessment.limit_basis else []},
            )

    # === Words ===

    def _money(self, amount):
        return (self.currency_id or self.env.company.currency_id).format(amount)

    @api.model
    def _terms_in_words(self, days):
        return self.env._("%s days", days) if days else self.env._("Prepayment")

    def _missing_share_text(self):
        total = sum(self.line_ids.mapped('weight'))
        return f'{100 * self.missing_weight / total:.0f}' if total and self.missing_weight else ''

    def _caps_in_words(self):
        """Return one sentence for each fact that caps the grade."""
        names = {flag.code: (flag.name, flag.grade_id.code) for flag in self.flag_ids}
        sentences = []
        for code in filter(None, (self.caps or '').split(',')):
            if code == 'missing_data':
                sentences.append(
                    self.env._(
                        "Facts worth %(missing)s %% of the weight are missing, more than %(share)s %%: grade %(grade)s at best.",
                        missing=self._missing_share_text(),
                        share=f'{self.scorecard_id.missing_share:g}',
                        grade=self.scorecard_id.missing_grade_id.code,
                    )
                )
            elif code in names:
                sentences.append(
                    self.env._(
                        "%(fact)s: grade %(grade)s at best.", fact=names[code][0], grade=names[code][1]
                    )
                )
        return sentences

    def _limit_in_words(self):
        """Return (title, sentence, amount) of each step to the suggested limit."""
        basis, money = self.limit_basis, self._money
        steps = [
            (
                self.env._("Need"),
                self.env._(
                    "%(sales)s a month × (%(terms)s + %(cushion)s days) / 30",
                    sales=money(basis['sales']),
                    terms=basis['terms'],
                    cushion=basis['cushion'],
                )
                if self.has_need
                else self.env._("unknown: no invoices yet; enter the expected sales"),
                money(self.need) if self.has_need else '–',
            ),
            (
                self.env._("Capacity"),
                self._capacity_sentence() if self.has_capacity else self.env._("unknown: no statements"),
                money(self.capacity) if self.has_capacity else '–',
            ),
        ]
        if self.security_amount:
            steps.append(
                (
                    self.env._("Security"),
                    self.env._("in force on the day of the assessment"),
                    money(self.security_amount),
                )
            )
        steps.append((self.env._("Suggested limit"), self._limit_sentence(), money(self.suggested_limit)))
        return steps

    def _capacity_sentence(self):
        parts, basis = [], self.limit_basis
        if self.has_equity:
            parts.append(
                self.env._(
                    "%(share)s %% of net worth %(amount)s",
                    share=f"{basis['net_worth_pct']:g}",
                    amount=self._money(self.book_equity),
                )
            )
        if self.has_current:
            parts.append(
                self.env._(
                    "%(share)s %% of working capital %(amount)s",
                    share=f"{basis['working_capital_pct']:g}",
                    amount=self._money(self.working_capital),
                )
            )
        if len(parts) == 1:
            return parts[0]
        return self.env._("the lower of %(first)s and %(second)s", first=parts[0], second=parts[1])

    def _limit_sentence(self):
        basis = self.limit_basis
        sentence = self.env._(
            "lower of need and capacity × %(factor)s (grade %(grade)s)",
            factor=f"{basis['factor']:g}",
            grade=basis['grade'],
        )
        if self.security_amount:
            sentence = self.env._("%s + security", sentence)
        if basis['maximum']:
            sentence = self.env._(
                "%(formula)s, at most %(maximum)s", formula=sentence, maximum=self._money(basis['maximum'])
            )
        if basis['step']:
            sentence = self.env._(
                "%(formula)s, rounded down to %(step)s", formula=sentence, step=self._money(basis['step'])
            )
        return sentence

    def _reason_in_words(self):
        """Return what whoever approves should read first."""
        parts = [
            self.env._(
                "Assessment of %(date)s: score %(score)s, grade %(grade)s.",
                date=format_date(self.env, self.date),
                score=float_repr(self.score, 1) if self.has_score else '–',
                grade=self.scored_grade_id.code or '–',
            )
        ]
        parts += self._caps_in_words()
        if self._is_overridden():
            parts.append(self.env._("Decided otherwise: %s", self.override_reason))
        if self.conclusion:
            parts.append(self.conclusion)
        return '\n'.join(parts)

    def _origin_in_words(self, source):
        """Return where an automatic value comes from, or what is missing for it."""
        words = getattr(self, f'_origin_{source}', None)
        return words() if words else ''

    def _origin_payment_index(self):
        if self.is_rated:
            return self.env._(
                "%s payments and overdue items of 24 months, by amount", self.payment_experiences
            )
        return self.env._(
            "Too few payments: %(count)s of %(needed)s",
            count=self.payment_experiences,
            needed=self.company_id.ar_min_experiences,
        )

    def _origin_max_days_late_12m(self):
        return (
            self.env._("Latest payment or overdue item of 12 months")
            if self.has_days_late
            else self.env._("No payment in 12 months")
        )

    def _origin_years_as_customer(self):
        if not self.customer_since:
            return self.env._("No invoice yet")
        return self.env._("First invoice on %s", format_date(self.env, self.customer_since))

    def _origin_turnover_trend_pct(self):
        return (
            self.env._("6 months against the 6 before")
            if self.has_trend
            else self.env._("No sales to compare with")
        )

    def _origin_current_ratio(self):
        return self.env._("Current assets / current liabilities")

    def _origin_z2(self):
        return self.env._("From statements: all figures are needed")

    def _origin_equity_ratio_pct(self):
        return self.env._("Net worth / total assets")

    def _origin_collateral_cover_pct(self):
        return (
            self.env._("Security of %s", self._money(self.security_amount))
            if self.security_amount
            else self.env._("No security in force")
        )
