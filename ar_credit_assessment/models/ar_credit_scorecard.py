from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import float_compare

from ..rules import scoring


class ArCreditScorecard(models.Model):
    """What customers are judged by: factors with weights, and facts that no score outweighs."""

    _name = 'ar.credit.scorecard'
    _description = "Score Card"
    _inherit = ['ar.plausible.mixin']
    _order = 'sequence, id'
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one('res.company', help="Empty: for every company.")
    factor_ids = fields.One2many('ar.credit.scorecard.factor', 'scorecard_id', "Factors", copy=True)
    knockout_ids = fields.One2many('ar.credit.scorecard.knockout', 'scorecard_id', "Knock-outs", copy=True)
    total_weight = fields.Float(
        compute='_compute_total_weight', help="Need not be 100: only the proportions count."
    )
    missing_share = fields.Float(
        "Missing Data Cap from %",
        default=40.0,
        help="If facts of more than this share of the weight are missing, the grade is capped; at exactly "
        "this share it is not.",
    )
    missing_grade_id = fields.Many2one(
        'ar.credit.grade', "Missing Data Grade Cap", help="Empty: missing data never caps the grade."
    )

    @api.depends('factor_ids.weight')
    def _compute_total_weight(self):
        for card in self:
            card.total_weight = sum(card.factor_ids.mapped('weight'))

    @api.constrains('missing_share')
    def _check_missing_share(self):
        for card in self:
            if float_compare(card.missing_share, 0, 2) < 0 or float_compare(card.missing_share, 100, 2) > 0:
                raise ValidationError(
                    self.env._(
                        "The share of missing data on score card %s must be between 0 and 100 percent.",
                        card.name,
                    )
                )

    @api.constrains('company_id')
    def _check_company_is_root(self):
        for card in self.filtered('company_id'):
            if card.company_id.root_id != card.company_id:
                raise ValidationError(
                    self.env._(
                        "%(branch)s is a branch of %(company)s. Branches share the score cards of their main "
                        "company.",
                        branch=card.company_id.name,
                        company=card.company_id.root_id.name,
                    )
                )

    @api.model
    def _grades(self):
        """Return the grades, best first, as ``rules.scoring`` takes them."""
        return [
            scoring.Grade(grade.code, grade.min_score) for grade in self.env['ar.credit.grade'].search([])
        ]
