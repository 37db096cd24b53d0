from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..rules import scoring

# Where a value comes from, in ``ar.credit.assessment._automatic_values``; anything else is typed.
SOURCES = [
    ('manual', "Entered by the assessor"),
    ('payment_index', "Ledger: payment index"),
    ('max_days_late_12m', "Ledger: longest delay in 12 months, in days"),
    ('years_as_customer', "Ledger: years since the first invoice"),
    ('turnover_trend_pct', "Ledger: turnover of 6 months against the 6 before, in %"),
    ('current_ratio', "Statements: current assets / current liabilities"),
    ('z2', "Statements: Altman Z''"),
    ('equity_ratio_pct', "Statements: equity / total assets, in %"),
    ('collateral_cover_pct', "Credit file: security / exposure, in %"),
]
FIVE_CS = [
    ('character', "Character"),
    ('capacity', "Capacity"),
    ('capital', "Capital"),
    ('collateral', "Collateral"),
    ('conditions', "Conditions"),
]


class ArCreditScorecardFactor(models.Model):
    """One fact about the customer, its weight, and how many points which value earns."""

    _name = 'ar.credit.scorecard.factor'
    _description = "Score Card Factor"
    _inherit = ['ar.plausible.mixin']
    _order = 'scorecard_id, sequence, id'

    scorecard_id = fields.Many2one(
        'ar.credit.scorecard', "Score Card", required=True, index=True, ondelete='cascade'
    )
    company_id = fields.Many2one(related='scorecard_id.company_id', store=True)
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="Technical name, once on each score card.")
    criterion = fields.Selection(FIVE_CS, "C", required=True, default='character')
    source = fields.Selection(SOURCES, required=True, default='manual')
    hint = fields.Char(translate=True, help="Tells the assessor what to type.")
    weight = fields.Float(required=True, default=10.0)
    direction = fields.Selection(
        [('higher', "Higher is better"), ('lower', "Lower is better"), ('as_is', "The value is the points")],
        required=True,
        default='higher',
    )
    threshold_ids = fields.One2many('ar.credit.scorecard.threshold', 'factor_id', "Scale", copy=True)
    otherwise = fields.Float("Points Otherwise", help="Points for a value that reaches no line of the scale.")
    scale_text = fields.Char("Points", compute='_compute_scale_text')

    _code_unique = models.UniqueIndex(
        '(scorecard_id, code)', "A factor's technical name must be unique on its score card."
    )

    @api.depends('direction', 'threshold_ids.bound', 'threshold_ids.points', 'otherwise')
    @api.depends_context('lang')
    def _compute_scale_text(self):
        for factor in self:
            factor.scale_text = self._scale_in_words(factor._scale())

    @api.constrains('weight', 'direction', 'threshold_ids', 'otherwise')
    def _check_scale(self):
        messages = {
            'weight': self.env._("The weight must be above 0."),
            'points': self.env._("Points must be between 0 and 100."),
            'empty': self.env._("Its scale has no line yet."),
            'twice': self.env._("Two lines of its scale have the same bound."),
            'order': self.env._("A better value must never earn fewer points than a worse one."),
        }
        for factor in self:
            if found := scoring.problem(self._as_rule(factor.code, factor.weight, factor._scale())):
                raise ValidationError(
                    self.env._(
                        "Factor \"%(factor)s\": %(problem)s", factor=factor.name, problem=messages[found]
                    )
                )

    def _scale(self):
        """Return the scale as plain data, to be kept with each assessment."""
        self.ensure_one()
        return {
            'direction': self.direction,
            'otherwise': self.otherwise,
            'thresholds': [[line.bound, line.points] for line in self.threshold_ids],
        }

    @api.model
    def _as_rule(self, code, weight, scale):
        return scoring.Factor(
            code,
            weight,
            scale['direction'],
            tuple(tuple(line) for line in scale['thresholds']),
            scale['otherwise'],
        )

    @api.model
    def _scale_in_words(self, scale):
        """Return the scale from the best value to the worst: "≥ 2: 100, ≥ 1.5: 80, otherwise 0"."""
        if not scale or scale['direction'] == 'as_is':
            return self.env._("as it is")
        higher = scale['direction'] == 'higher'
        sign = '≥' if higher else '≤'
        lines = [
            f'{sign} {bound:g}: {points:g}' for bound, points in sorted(scale['thresholds'], reverse=higher)
        ]
        return ', '.join([*lines, self.env._("otherwise %s", f"{scale['otherwise']:g}")])
