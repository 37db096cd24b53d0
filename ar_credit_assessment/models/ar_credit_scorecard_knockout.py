from odoo import fields, models


class ArCreditScorecardKnockout(models.Model):
    """A fact that no score outweighs: the customer gets this grade at best."""

    _name = 'ar.credit.scorecard.knockout'
    _description = "Score Card Knock-out"
    _order = 'scorecard_id, sequence, id'

    scorecard_id = fields.Many2one(
        'ar.credit.scorecard', "Score Card", required=True, index=True, ondelete='cascade'
    )
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True, help="Technical name. Addons that know the fact by themselves set it under this name."
    )
    grade_id = fields.Many2one('ar.credit.grade', "Grade at Best", required=True, ondelete='restrict')

    _code_unique = models.UniqueIndex(
        '(scorecard_id, code)', "A knock-out's technical name stands once on a score card."
    )
