from odoo import fields, models


class ResCompany(models.Model):
    _inherit = 'res.company'

    ar_effect_sample = fields.Integer(
        "Letters for a Suggestion",
        default=30,
        help="Nothing is suggested about a stage with fewer letters than these.",
    )

    _ar_effect_sample_positive = models.Constraint(
        'CHECK (COALESCE(ar_effect_sample, 1) > 0)',
        "At least one letter is needed for a suggestion.",
    )
