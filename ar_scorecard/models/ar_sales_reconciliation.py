from odoo import fields, models


class ArSalesReconciliation(models.Model):
    """A signed month freezes the score card of its part: both say the same."""

    _inherit = 'ar.sales.reconciliation'

    def _on_signed(self):  # pylint: disable=missing-return
        super()._on_signed()
        for period in self:
            start, end = period.date_from, period.date_to
            if start.day == 1 and end == fields.Date.end_of(start, 'month'):
                kind = {'all': 'company'}.get(period.scope, period.scope)
                cards = self.env['ar.score.card']._update(period.company_id, end)
                cards.filtered(
                    lambda card, period=period, kind=kind: card.kind == kind
                    and card.user_id == period.salesperson_id
                    and card.team_id == period.team_id
                ).with_env(self.env)._freeze(period)
