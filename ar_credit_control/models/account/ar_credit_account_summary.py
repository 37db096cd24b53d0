"""The strip at the top of a credit file."""

from odoo import api, fields, models


class ArCreditAccount(models.Model):
    _inherit = 'ar.credit.account'

    credit_summary = fields.Json(
        compute='_compute_credit_summary', help="The figures of the strip at the top of the file."
    )

    @api.depends_context('uid', 'lang')
    @api.depends('exposure')
    def _compute_credit_summary(self):
        names = self.env['ar.credit.decision']._component_names()
        for account in self:
            buckets = account._credit_buckets()
            account.credit_summary = {
                'currency_id': account.currency_id.id,
                'net': account.exposure,
                'gross': account.exposure_gross,
                'secured': account.exposure_secured,
                'has_limit': account.has_limit,
                'unlimited': account.is_unlimited,
                'limit': account.effective_limit,
                'available': account.available_credit,
                'used_pct': account.limit_used_pct,
                'overdue': account.currency_id.round(
                    sum(bucket['amount'] for bucket in buckets if bucket['is_overdue'])
                ),
                'components': [
                    {'code': component.code, 'name': names[component.code], 'amount': account[component.code]}
                    for component in account._credit_components()
                    if component.code in account._fields
                ],
                'buckets': buckets,
            }

    def _credit_buckets(self):
        """Return the open items of today by bucket of the company's scheme, whoever asks."""
        self.ensure_one()
        if not self.id:
            return []
        scheme = self.company_id._ar_scheme()
        items = (
            self.env['ar.open.item']
            .sudo()
            .with_context(
                aging_scheme_id=scheme.id, as_of=fields.Date.to_string(fields.Date.context_today(self))
            )
        )
        amounts = dict(
            items._read_group(
                [
                    ('commercial_partner_id', '=', self.partner_id.id),
                    ('company_id', 'child_of', self.company_id.id),
                ],
                ['bucket_id'],
                ['residual:sum'],
            )
        )
        return [
            {
                'name': bucket.name,
                'amount': self.currency_id.round(amount),
                'is_overdue': scheme.basis == 'due' and bucket != scheme.bucket_ids[:1],
            }
            for bucket in scheme.bucket_ids
            for amount in [amounts.get(bucket, 0.0)]
        ]
