from odoo import api, fields, models


class ArAgingBucket(models.Model):
    _name = 'ar.aging.bucket'
    _description = "Aging Bucket"
    _order = 'aging_scheme_id, sequence, id'

    aging_scheme_id = fields.Many2one('ar.aging.scheme', required=True, index=True, ondelete='cascade')
    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    lower = fields.Integer("From", help="Days: first day. Years: older than. The first bucket is open below.")
    upper = fields.Integer(
        "To", help="Days: last day. Years: up to and including. The last bucket is open above."
    )

    @api.model_create_multi
    def create(self, vals_list):
        buckets = super().create(vals_list)
        buckets._check_schemes(buckets.aging_scheme_id)
        return buckets

    def write(self, vals):
        schemes = self.aging_scheme_id
        result = super().write(vals)
        self._check_schemes(schemes | self.aging_scheme_id)
        return result

    def _check_schemes(self, schemes):
        if not self.env.context.get('ar_buckets_checked_by_scheme'):
            schemes._check_buckets()

    @api.ondelete(at_uninstall=False)
    def _check_scheme_stays_whole(self):
        if self.env.context.get('ar_buckets_checked_by_scheme'):
            return
        for scheme in self.aging_scheme_id:
            rest = scheme.bucket_ids - self
            rows = [(bucket, bucket.lower, bucket.upper) for bucket in rest]
            scheme._check_rows(rows)
