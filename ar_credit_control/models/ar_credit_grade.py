from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ArCreditGrade(models.Model):
    """What a grade is worth: the policy by grade, in one list."""

    _inherit = 'ar.credit.grade'

    min_score = fields.Float("From Score", help="The lowest score, of 100, that earns this grade.")
    limit_factor = fields.Float(
        default=1.0, digits=(6, 3), help="The limit that need and capacity suggest is multiplied by this."
    )
    max_terms_days = fields.Integer("Longest Terms (Days)", default=30, help="0 = prepayment.")
    max_discount = fields.Float("Largest Discount %", default=100.0)
    review_months = fields.Integer("Review Every (Months)", default=12)

    @api.constrains('min_score', 'limit_factor', 'max_terms_days', 'max_discount', 'review_months')
    def _check_policy(self):
        for grade in self:
            if not (0 <= grade.min_score <= 100 and 0 <= grade.max_discount <= 100):
                raise ValidationError(
                    self.env._("Score and discount of grade %s lie between 0 and 100.", grade.name)
                )
            if min(grade.limit_factor, grade.max_terms_days) < 0 or grade.review_months < 1:
                raise ValidationError(
                    self.env._(
                        "Factor and terms of grade %s cannot be negative, and a review comes at least after "
                        "one month.",
                        grade.name,
                    )
                )
