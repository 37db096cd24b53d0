from odoo import fields, models


class ArCreditScorecardThreshold(models.Model):
    """One line of a factor's scale; the factor checks that they make sense together."""

    _name = 'ar.credit.scorecard.threshold'
    _description = "Line of a Factor's Scale"
    _inherit = ['ar.plausible.mixin']
    _order = 'factor_id, points desc, id'
    _rec_name = 'bound'

    factor_id = fields.Many2one('ar.credit.scorecard.factor', required=True, index=True, ondelete='cascade')
    bound = fields.Float(
        "Value", required=True, help="At least this where higher is better, at most this where lower is."
    )
    points = fields.Float(required=True)
