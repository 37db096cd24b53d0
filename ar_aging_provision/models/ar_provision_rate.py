from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools.date_utils import relativedelta

from ..engine import history
from ..rules import loss_rates
from odoo.addons.ar_base.rules.money import exact


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

    # === Whether the rates are any good ===

    @api.model
    def _doubts(self, buckets, rates, observed=()):
        """Return sentences that say what looks wrong with the rates of the buckets, the youngest first.

        :param observed: see ``rules.loss_rates.doubts``.
        """

        def percent(rate):
            return f'{rate * 100:.2f} %'

        sentences = []
        for code, index in loss_rates.doubts(rates, observed):
            if code == 'zero':
                sentences.append(self.env._("Every rate is zero: nothing would be provided for."))
            elif code == 'falls':
                sentences.append(
                    self.env._(
                        "%(older)s loses less (%(rate)s) than %(younger)s (%(before)s): rates usually rise "
                        "with age.",
                        older=buckets[index].name,
                        rate=percent(rates[index]),
                        younger=buckets[index - 1].name,
                        before=percent(rates[index - 1]),
                    )
                )
            else:
                sentences.append(
                    self.env._(
                        "%(bucket)s rests on %(items)s items in %(steps)s steps: too few to rely on.",
                        bucket=buckets[index].name,
                        items=observed[index][0],
                        steps=observed[index][1],
                    )
                )
        return sentences

    @api.model
    def _backtest(self, company, params):
        """Return, as JSON-safe data, what the run of a year before expected and what was lost since.

        IFRS 9 B5.5.52: the estimate is compared with the losses. None where no run was posted by then.

        :param company: the main company. :param params: ``open_items.Parameters`` of today's side.
        """
        Run = self.env['ar.provision.run'].sudo()
        domain = [
            ('company_id', '=', company.id),
            ('state', '=', 'posted'),
            ('as_of', '<=', params.as_of - relativedelta(years=1)),
        ]
        run = Run.search(domain, order='as_of desc, id desc', limit=1)
        if not run:
            return None
        self.env.flush_all()
        is_loss = self.env['account.move']._ar_loss_condition
        rows = self.env.execute_query(history.realised(run.id, params, is_loss))
        Bucket = self.env['ar.aging.bucket'].sudo()
        rows.sort(key=lambda row: (Bucket.browse(row[0] or ()).sequence, row[0] or 0))
        return {
            'run': run.name,
            'from': str(run.as_of),
            'to': str(params.as_of),
            'rows': [
                [Bucket.browse(key).name if key else '', items, *(str(exact(amount)) for amount in amounts)]
                for key, items, *amounts in rows
            ],
            'totals': [str(sum(exact(row[i]) for row in rows)) for i in range(2, 6)],
        }
