import re
from datetime import date

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

from ..rules import loss_rates, outlook
from odoo.addons.ar_base.rules.money import exact, rounded

FACTOR = exact('0.0001')  # to which a factor is kept
YEAR = re.compile(r'[12]\d{3}')


class ArProvisionOutlookMixin(models.AbstractModel):
    """The outlook of a policy: one factor on every rate, given, weighed, or by an indicator with its fit."""

    _name = 'ar.provision.outlook.mixin'
    _description = "Outlook of a Provision Policy"

    forward = fields.Selection(
        [
            ('factor', "One factor"),
            ('scenarios', "Weighted scenarios"),
            ('indicator', "From an indicator"),
        ],
        "Outlook",
        required=True,
        default='factor',
    )
    forward_factor = fields.Float(
        digits=(8, 4), default=1.0, help="Every rate of the matrix is multiplied by it."
    )
    forward_reason = fields.Text("Reason for the Outlook")
    scenario_ids = fields.One2many('ar.provision.scenario', 'provision_policy_id', "Scenarios", copy=True)
    indicator_name = fields.Char(
        "Indicator", help="For instance the unemployment rate of the customers' country."
    )
    indicator_ids = fields.One2many(
        'ar.provision.series.point', 'provision_policy_id', "Observations", copy=True
    )
    indicator_expected = fields.Float(
        "Expected",
        digits=(16, 4),
        help="What the indicator is expected to be while the receivables fall due.",
    )
    indicator_fit = fields.Text("Fit", compute='_compute_indicator_fit')
    indicator_doubts = fields.Text("Doubts about the Fit", compute='_compute_indicator_fit')
    multiplier = fields.Float("Factor on Every Rate", compute='_compute_multiplier', digits=(12, 6))

    @api.depends(
        'forward',
        'forward_factor',
        'scenario_ids.weight',
        'scenario_ids.multiplier',
        'indicator_ids.value',
        'indicator_ids.loss_rate',
        'indicator_expected',
    )
    def _compute_multiplier(self):
        for policy in self:
            policy.multiplier = float(policy._forward_multiplier())

    @api.depends(
        'forward', 'indicator_name', 'indicator_ids.value', 'indicator_ids.loss_rate', 'indicator_expected'
    )
    @api.depends_context('lang')
    def _compute_indicator_fit(self):
        for policy in self:
            line = policy.forward == 'indicator' and policy._indicator_line()
            policy.indicator_fit = line and policy._fit_in_words(line)
            policy.indicator_doubts = line and '\n'.join(policy._fit_doubts(line))

    def _forward_multiplier(self):
        """Return the factor on every rate as a decimal.

        Weights that do not sum to one, and observations that give no line, mean no outlook.
        """
        self.ensure_one()
        if self.forward == 'factor':
            return exact(self.forward_factor)
        if self.forward == 'indicator':
            line = self._indicator_line()
            return rounded(outlook.factor(line, exact(self.indicator_expected)), FACTOR) if line else exact(1)
        try:
            return loss_rates.weighted([(exact(s.weight), exact(s.multiplier)) for s in self.scenario_ids])
        except ValueError:
            return exact(1)

    def _indicator_line(self):
        return outlook.fit([(exact(row.value), exact(row.loss_rate)) for row in self.indicator_ids])

    def _outlook_problems(self):
        """Return sentences that say what keeps the outlook from being used."""
        problems = []
        if self.forward == 'scenarios' and sum(exact(s.weight) for s in self.scenario_ids) != 1:
            problems.append(self.env._("The weights of the scenarios must sum to 100 %."))
        if self.forward == 'indicator' and not (self._indicator_line() and self.indicator_name):
            problems.append(
                self.env._(
                    "Name the indicator and enter at least %s periods in which it moved and losses came up.",
                    outlook.MIN_POINTS,
                )
            )
        if self._forward_multiplier() != 1 and not (self.forward_reason or '').strip():
            problems.append(self.env._("Give the reason for the outlook: it changes every rate."))
        return problems

    def _outlook_in_words(self):
        """Return why every rate is multiplied, with the fit where there is one."""
        self.ensure_one()
        return '\n'.join(
            text for text in (self.forward_reason, self.indicator_fit, self.indicator_doubts) if text
        )

    def action_losses_from_ledger(self):
        """Fill in, for every period that is a year, what of its credit sales was written off since."""
        self.ensure_one()
        self.check_access('write')
        self.env.flush_all()
        study = self.env['ar.loss.study'].new(
            {
                'company_id': self.company_id.id,
                'aging_scheme_id': self.aging_scheme_id.id,
                'date_to': fields.Date.context_today(self),
            }
        )
        for point in self.indicator_ids.filtered(lambda point: YEAR.fullmatch(point.name.strip())):
            first = date(int(point.name), 1, 1)
            sales, lost, _count = study._cohort(first, first + relativedelta(month=12, day=31))
            if sales:
                point.loss_rate = min(sum(amount for _day, amount in lost) / sales, exact(1))
        return True

    # === The fit in words ===

    def _fit_in_words(self, line):
        expected = exact(self.indicator_expected)
        return self.env._(
            "%(count)s periods: losses = %(intercept)s %% + %(slope)s %% × %(indicator)s, R² = %(fit)s. "
            "At %(expected)s, %(loss)s %% of the sales are lost, against %(mean)s %% on average: factor "
            "%(factor)s.",
            count=line.count,
            intercept=_percent(line.intercept),
            slope=_percent(line.slope),
            indicator=self.indicator_name or self.env._("indicator"),
            fit=rounded(line.r_squared, exact('0.01')),
            expected=expected,
            loss=_percent(line.at(expected)),
            mean=_percent(line.mean),
            factor=rounded(outlook.factor(line, expected), FACTOR),
        )

    def _fit_doubts(self, line):
        sentences = {
            'few': self.env._(
                "%(count)s periods are few: with fewer than %(few)s the fit may be chance.",
                count=line.count,
                few=outlook.FEW,
            ),
            'loose': self.env._(
                "The indicator explains %s %% of the movement of the losses: the rest has other causes.",
                rounded(line.r_squared * 100, exact(1)),
            ),
            'outside': self.env._(
                "%(expected)s is outside of what was observed (%(lowest)s to %(highest)s).",
                expected=exact(self.indicator_expected),
                lowest=line.lowest,
                highest=line.highest,
            ),
            'nothing': self.env._("By this line nothing would be lost: every rate would be zero."),
        }
        return [sentences[code] for code in outlook.doubts(line, exact(self.indicator_expected))]


def _percent(rate):
    return rounded(rate * 100, exact('0.001'))
