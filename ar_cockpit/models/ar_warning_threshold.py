from odoo import fields, models


class ArWarningThreshold(models.Model):
    """The threshold of a warning rule for customers of one grade."""

    _name = 'ar.warning.threshold'
    _description = "Threshold of a Warning Rule"
    _inherit = ['ar.plausible.mixin']
    _order = 'rule_id, id'
    _rec_name = 'grade_id'

    rule_id = fields.Many2one('ar.warning.rule', required=True, index=True, ondelete='cascade')
    grade_id = fields.Many2one('ar.credit.grade', "Credit Grade", required=True, ondelete='restrict')
    threshold = fields.Float(required=True, digits=(16, 1))

    _rule_grade_unique = models.UniqueIndex('(rule_id, grade_id)', "This grade already has a threshold.")
