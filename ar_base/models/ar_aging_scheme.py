from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..rules import aging


class ArAgingScheme(models.Model):
    """How receivables are aged: from which date, in which buckets, and what happens to credits."""

    _name = 'ar.aging.scheme'
    _description = "Aging Scheme"
    _order = 'sequence, id'

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one('res.company', help="Empty: for every company.")
    basis = fields.Selection(
        [('due', "Due date"), ('invoice', "Invoice date"), ('posting', "Posting date")],
        required=True,
        default='due',
        help="The date from which an item ages.",
    )
    unit = fields.Selection(
        [('day', "Days"), ('year', "Years")],
        required=True,
        default='day',
        help="Years are counted by anniversary: an item is within one year up to and including its "
        "first anniversary.",
    )
    credits = fields.Selection(
        [
            ('own_bucket', "Age by their own date"),
            ('separate', "Separate column"),
            ('fifo_oldest', "Against the oldest items first"),
        ],
        required=True,
        default='own_bucket',
        string="Unallocated Credits",
    )
    bucket_ids = fields.One2many('ar.aging.bucket', 'aging_scheme_id', "Buckets", copy=True)

    @api.model_create_multi
    def create(self, vals_list):
        return (
            super(ArAgingScheme, self.with_context(ar_buckets_checked_by_scheme=True))
            .create(vals_list)
            .with_env(self.env)
        )

    def write(self, vals):
        # Several buckets change in one save: the scheme is checked once, when all of them have.
        return super(ArAgingScheme, self.with_context(ar_buckets_checked_by_scheme=True)).write(vals)

    @api.constrains('bucket_ids', 'unit')
    def _check_buckets(self):
        # A scheme may be saved before its buckets are; no report is made on it until then.
        for scheme in self.filtered('bucket_ids'):
            scheme._check_rows(scheme._rows())

    def _check_rows(self, rows):
        found = aging.problems(rows, self.unit)
        if found:
            raise ValidationError('\n'.join(self._explain(problem) for problem in found))

    def _rows(self):
        self.ensure_one()
        return [
            (bucket, bucket.lower, bucket.upper)
            for bucket in self.bucket_ids.sorted(lambda b: (b.sequence, b.id))
        ]

    def _effective_buckets(self):
        """Return the buckets as ``rules.aging.Bucket``, keyed by record id, both ends open.

        :raise ValidationError: the scheme has a gap or an overlap; no report is made on such a scheme.
        """
        self._check_rows(self._rows())
        return aging.effective([(bucket.id, lower, upper) for bucket, lower, upper in self._rows()])

    def _statement_credits(self):
        """Return how a statement treats credits: every document is shown, none is eaten by another."""
        return 'separate' if self.credits == 'separate' else 'own_bucket'

    def _explain(self, problem):
        name = problem.key.name if problem.key else ''
        match problem.kind:
            case 'empty':
                return self.env._("The aging scheme %s has no bucket: add at least one.", self.name)
            case 'gap' if problem.expected is None:
                return self.env._(
                    "%(bucket)s is the last bucket and must stay open above: leave its upper bound empty, "
                    "or older items have no bucket.",
                    bucket=name,
                )
            case 'gap':
                return self.env._(
                    "There is a gap between %(bucket)s and the bucket before it: it must start at "
                    "%(expected)s, not at %(found)s.",
                    bucket=name,
                    expected=problem.expected,
                    found=problem.found,
                )
            case 'overlap':
                return self.env._(
                    "%(bucket)s overlaps the bucket before it: it must start at %(expected)s, not at "
                    "%(found)s.",
                    bucket=name,
                    expected=problem.expected,
                    found=problem.found,
                )
            case 'below':
                return self.env._(
                    "%(bucket)s is the first bucket and must stay open below: leave its lower bound empty, "
                    "or items that are not due yet have no bucket.",
                    bucket=name,
                )
            case _:
                return self.env._(
                    "%(bucket)s ends at %(upper)s, before it starts at %(lower)s.",
                    bucket=name,
                    lower=problem.expected,
                    upper=problem.found,
                )
