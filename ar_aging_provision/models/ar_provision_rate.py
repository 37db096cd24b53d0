from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ArProvisionRate(models.Model):
    """One cell of the matrix: the loss rate of a bucket, for a grade, a segment, or everybody."""

    _name = 'ar.provision.rate'
    _description = "Loss Rate"
    _inherit = ['ar.provision.policy.part.mixin']
    _order = 'provision_policy_id, segment_id, grade_id, bucket_sequence, id'

    aging_scheme_id = fields.Many2one(related='provision_policy_id.aging_scheme_id')
    bucket_id = fields.Many2one(
        'ar.aging.bucket',
        required=True,
        ondelete='restrict',
        domain="[('aging_scheme_id', '=', aging_scheme_id)]",
    )
    bucket_sequence = fields.Integer(related='bucket_id.sequence', store=True)
    grade_id = fields.Many2one(
        'ar.credit.grade',
        "Credit Grade",
        ondelete='restrict',
        help="Empty: every grade without a rate of its own.",
    )
    segment_id = fields.Many2one(
        'ar.provision.segment', ondelete='restrict', help="Empty: every segment without a rate of its own."
    )
    rate = fields.Float("Loss Rate", digits=(12, 8))

    _cell_unique = models.UniqueIndex(
        '(provision_policy_id, bucket_id, COALESCE(grade_id, 0), COALESCE(segment_id, 0))',
        "The matrix has two rates for the same bucket, grade and segment.",
    )

    @api.constrains('rate')
    def _check_rate(self):
        for line in self:
            if not 0 <= line.rate <= 1:
                raise ValidationError(
                    self.env._(
                        "The loss rate of %(bucket)s is %(rate)s %%: it must be between 0 and 100 %%.",
                        bucket=line.bucket_id.name,
                        rate=round(line.rate * 100, 6),
                    )
                )
