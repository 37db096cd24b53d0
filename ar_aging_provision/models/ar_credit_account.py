from dateutil.relativedelta import relativedelta

from odoo import fields, models
from odoo.tools import format_date


class ArCreditAccount(models.Model):
    _inherit = 'ar.credit.account'

    provision_segment_id = fields.Many2one('ar.provision.segment', tracking=True, ondelete='restrict')

    def write(self, vals):
        before = {}
        if 'provision_segment_id' in vals:
            before = {account: account.provision_segment_id for account in self}
        result = super().write(vals)
        self.env['ar.provision.segment.change'].sudo()._create_with_facts(
            [
                {
                    'credit_account_id': account.id,
                    'segment_id': (segment or account.provision_segment_id).id,
                    'changed_on': fields.Date.context_today(self),
                }
                for account, segment in before.items()
                if segment != account.provision_segment_id
            ]
        )
        return result

    def _merge_values(self, other):
        if not self.provision_segment_id:
            self.provision_segment_id = other.provision_segment_id
        return super()._merge_values(other)

    def _hand_rows(self, target):
        # EXTENDS 'ar_base': the past of one customer is not that of the other
        rows = super()._hand_rows(target)
        self._segment_changes(rows)._note_join(1)
        return rows

    def _fetch_rows(self, moved, target):  # pylint: disable=missing-return
        super()._fetch_rows(moved, target)
        self._segment_changes(moved)._note_join(-1)

    def _segment_changes(self, rows):
        Change = self.env['ar.provision.segment.change'].sudo()
        return Change.browse((rows or {}).get(f'{Change._name}:credit_account_id', ()))

    def _knockout_facts(self, date):
        facts = super()._knockout_facts(date)
        write_off = (
            self.env['ar.write.off']
            .sudo()
            .search(
                [
                    ('partner_id.commercial_partner_id', '=', self.partner_id.id),
                    ('company_id', 'child_of', self.company_id.id),
                    ('state', '=', 'posted'),
                    ('date', '>', date - relativedelta(months=24)),
                    ('date', '<=', date),
                ],
                order='date desc',
                limit=1,
            )
        )
        if write_off:
            facts['written_off_24m'] = self.env._(
                "%(amount)s written off on %(date)s",
                amount=write_off.currency_id.format(write_off.amount),
                date=format_date(self.env, write_off.date),
            )
        return facts
