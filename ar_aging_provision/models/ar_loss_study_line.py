from odoo import fields, models


class ArLossStudyLine(models.Model):
    """The loss rate that a study found for one bucket."""

    _name = 'ar.loss.study.line'
    _description = "Loss Study Line"
    _order = 'study_id, sequence, id'

    study_id = fields.Many2one('ar.loss.study', required=True, index=True, ondelete='cascade')
    sequence = fields.Integer()
    bucket_id = fields.Many2one('ar.aging.bucket', required=True, ondelete='restrict')
    flow = fields.Float(
        "Average Migration",
        digits=(12, 8),
        aggregator=None,
        help="Share that moved on to an older bucket, or was written off.",
    )
    rate = fields.Float("Loss Rate", digits=(12, 8), aggregator=None)
    item_count = fields.Integer("Items", help="Open items observed in the bucket, over all steps.")
    step_count = fields.Integer("Steps", help="Steps in which there was something to observe.")
    observed = fields.Char(help="The ratio of each step, oldest first; - where there was nothing to observe.")
