"""What an assessment tells its readers: where values come from, why this grade, how the limit was found."""

from odoo.tools import float_repr
from odoo.tools.misc import format_date

# What the texts are made of.
RESULT_FIELDS = (
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
LIMIT_FIELDS = (
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


def _money(assessment):
    """Return the function that writes an amount in the assessment's currency."""
    return (assessment.currency_id or assessment.env.company.currency_id).format


# === Result ===


def result(assessment):
    """Return what the template ``assessment_result`` shows."""
    return {
        'a': assessment,
        'money': _money(assessment),
        'caps': caps(assessment),
        'overridden': assessment._is_overridden(),
        'terms': lambda days: (assessment.env._("%s days", days) if days else assessment.env._("Prepayment")),
        'share': missing_share(assessment),
    }


def missing_share(assessment):
    """Return the share of the weight without facts, in percent; empty if there is none."""
    total, missing = sum(assessment.line_ids.mapped('weight')), assessment.missing_weight
    return f'{100 * missing / total:.0f}' if total and missing else ''


def caps(assessment):
    """Return one sentence for each fact that caps the grade."""
    _, card = assessment.env._, assessment.scorecard_id
    names = {flag.code: (flag.name, flag.grade_id.code) for flag in assessment.flag_ids}
    sentences = []
    for code in filter(None, (assessment.caps or '').split(',')):
        if code == 'missing_data':
            sentences.append(
                _(
                    "Facts worth %(missing)s %% of the weight are missing, more than %(share)s %%: grade "
                    "%(grade)s at best.",
                    missing=missing_share(assessment),
                    share=f'{card.missing_share:g}',
                    grade=card.missing_grade_id.code,
                )
            )
        elif code in names:
            fact, grade = names[code]
            sentences.append(_("%(fact)s: grade %(grade)s at best.", fact=fact, grade=grade))
    return sentences


def criteria(assessment):
    """Return name, weight and mean points (None = nothing is known) of each C that the score card has."""
    names = (
        assessment.env['ar.credit.assessment.line']
        ._fields['criterion']
        ._description_selection(assessment.env)
    )
    rows = []
    for code, name in names:
        lines = assessment.line_ids.filtered(lambda line, code=code: line.criterion == code)
        weight, known = sum(lines.mapped('weight')), lines.filtered('has_value')
        known_weight = sum(known.mapped('weight'))
        points = sum(line.points * line.weight for line in known)
        if weight:
            rows.append(
                {
                    'name': name,
                    'weight': f'{weight:g}',
                    'points': points / known_weight if known_weight else None,
                }
            )
    return rows


def reason(assessment):
    """Return what the approver should read first."""
    parts = [
        assessment.env._(
            "Assessment of %(date)s: score %(score)s, grade %(grade)s.",
            date=format_date(assessment.env, assessment.date),
            score=float_repr(assessment.score, 1) if assessment.has_score else '–',
            grade=assessment.scored_grade_id.code or '–',
        ),
        *caps(assessment),
    ]
    if assessment._is_overridden():
        parts.append(assessment.env._("Differs from the score: %s", assessment.override_reason))
    if assessment.conclusion:
        parts.append(assessment.conclusion)
    return '\n'.join(parts)


# === Limit ===


def limit_steps(assessment):
    """Return (title, sentence, amount) of each step to the suggested limit."""
    _, basis, money = assessment.env._, assessment.limit_basis, _money(assessment)
    steps = [
        (
            _("Need"),
            _(
                "%(sales)s a month × (%(terms)s + %(cushion)s days) / 30",
                sales=money(basis['sales']),
                terms=basis['terms'],
                cushion=basis['cushion'],
            )
            if assessment.has_need
            else _("unknown: no invoices yet; enter the expected sales"),
            money(assessment.need) if assessment.has_need else '–',
        ),
        (
            _("Capacity"),
            _capacity(assessment) if assessment.has_capacity else _("unknown: no statements"),
            money(assessment.capacity) if assessment.has_capacity else '–',
        ),
    ]
    if assessment.security_amount:
        steps.append(
            (_("Security"), _("in force on the day of the assessment"), money(assessment.security_amount))
        )
    return [*steps, (_("Suggested limit"), _limit(assessment), money(assessment.suggested_limit))]


def _capacity(assessment):
    _, basis, money, parts = assessment.env._, assessment.limit_basis, _money(assessment), []
    if assessment.has_equity:
        parts.append(
            _(
                "%(share)s %% of net worth %(amount)s",
                share=f"{basis['net_worth_pct']:g}",
                amount=money(assessment.book_equity),
            )
        )
    if assessment.has_current:
        parts.append(
            _(
                "%(share)s %% of working capital %(amount)s",
                share=f"{basis['working_capital_pct']:g}",
                amount=money(assessment.working_capital),
            )
        )
    if len(parts) == 1:
        return parts[0]
    return _("the lower of %(first)s and %(second)s", first=parts[0], second=parts[1])


def _limit(assessment):
    _, basis, money = assessment.env._, assessment.limit_basis, _money(assessment)
    sentence = _(
        "lower of need and capacity × %(factor)s (grade %(grade)s)",
        factor=f"{basis['factor']:g}",
        grade=basis['grade'],
    )
    if assessment.security_amount:
        sentence = _("%s + security", sentence)
    if basis['maximum']:
        maximum = money(basis['maximum'])
        sentence = _("%(formula)s, at most %(maximum)s", formula=sentence, maximum=maximum)
    if basis['step']:
        sentence = _("%(formula)s, rounded down to %(step)s", formula=sentence, step=money(basis['step']))
    return sentence


# === Origin of the values ===


def origin(assessment, source):
    """Return where an automatic value comes from, or what is missing for it."""
    return ORIGINS[source](assessment, assessment.env._) if source in ORIGINS else ''


def _payment_index(assessment, _):
    count, needed = assessment.payment_experiences, assessment.company_id.ar_min_experiences
    if assessment.is_rated:
        return _("%s payments and overdue items of 24 months, by amount", count)
    return _("Too few payments: %(count)s of %(needed)s", count=count, needed=needed)


def _days_late(assessment, _):
    if assessment.has_days_late:
        return _("Latest payment or overdue item of 12 months")
    return _("No payment in 12 months")


def _years(assessment, _):
    if not assessment.customer_since:
        return _("No invoice yet")
    return _("First invoice on %s", format_date(assessment.env, assessment.customer_since))


def _trend(assessment, _):
    return _("6 months against the 6 before") if assessment.has_trend else _("No sales to compare with")


def _cover(assessment, _):
    if assessment.security_amount:
        return _("Security of %s", _money(assessment)(assessment.security_amount))
    return _("No security in force")


ORIGINS = {
    'payment_index': _payment_index,
    'max_days_late_12m': _days_late,
    'years_as_customer': _years,
    'turnover_trend_pct': _trend,
    'current_ratio': lambda _assessment, _: _("Current assets / current liabilities"),
    'z2': lambda _assessment, _: _("From statements: all figures are needed"),
    'equity_ratio_pct': lambda _assessment, _: _("Net worth / total assets"),
    'collateral_cover_pct': _cover,
}
