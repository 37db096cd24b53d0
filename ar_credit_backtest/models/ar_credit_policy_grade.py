from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ArCreditPolicyGrade(models.Model):
    """What a draft policy makes of the customers of one grade."""

    _name = 'ar.credit.policy.grade'
    _description = "Grade of a Draft Policy"
    _order = 'credit_policy_id, sequence, id'

    credit_policy_id = fields.Many2one('ar.credit.policy', required=True, index=True, ondelete='cascade')
    grade_id = fields.Many2one('ar.credit.grade', "Present Grade", required=True, ondelete='cascade')
    sequence = fields.Integer(related='grade_id.sequence', store=True)
    new_grade_id = fields.Many2one(
        'ar.credit.grade',
        "Treated as",
        compute='_compute_new_grade_id',
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        ondelete='restrict',
        help="The grade whose rules and terms apply to these customers.",
    )
    limit_factor = fields.Float(
        compute='_compute_limit',
        store=True,
        readonly=False,
        precompute=True,
        digits=(6, 3),
        help="The limit is the average monthly sales, times terms plus cushion in months, times this factor.",
    )
    terms_days = fields.Integer(
        "Terms (Days)", compute='_compute_limit', store=True, readonly=False, precompute=True
    )

    _grade_unique = models.UniqueIndex(
        '(credit_policy_id, grade_id)', "A policy has one line for each grade."
    )

    @api.depends('grade_id')
    def _compute_new_grade_id(self):
        for line in self:
            line.new_grade_id = line.grade_id

    @api.depends('new_grade_id')
    def _compute_limit(self):
        for line in self:
            line.limit_factor = line.new_grade_id.limit_factor
            line.terms_days = line.new_grade_id.max_terms_days

    @api.constrains('limit_factor', 'terms_days')
    def _check_limit(self):
        if any(line.limit_factor < 0 or line.terms_days < 0 for line in self):
            raise ValidationError(self.env._("The factor and the terms of a grade cannot be negative."))
