from odoo import api, models

from ..engine import commitments


class ArOpenItem(models.Model):
    """Answers what promises and payment plans mean for dunning: which items are paused, which were broken."""

    _inherit = 'ar.open.item'

    @api.model
    def _dunning_exclusions(self, line_ids, on_date):
        return super()._dunning_exclusions(line_ids, on_date) | self._paused_items(line_ids, on_date)

    @api.model
    def _broken_commitments(self, line_ids, on_date):
        broken = self._ask_commitments(commitments.broken, line_ids, on_date)
        return super()._broken_commitments(line_ids, on_date) | dict(broken)

    def _next_instalments(self):
        # EXTENDS 'ar_base'
        covered = self.env['ar.covered.item'].sudo()
        covered = covered.search(
            [
                ('move_line_id', 'in', self.move_line_id.ids),
                ('payment_plan_id.state', '=', 'active'),
            ]
        )
        found = []
        for plan, items in covered.grouped('payment_plan_id').items():
            instalment = plan.line_ids._next()
            if parts := instalment._missing_on(items):
                found.append((plan.id, instalment.date, parts))
        return super()._next_instalments() + found

    @api.model
    def _paused_items(self, line_ids, on_date):
        """Return {journal item id: ('promise' or 'payment_plan', last day)} of items paused on the date."""
        paused = self._ask_commitments(commitments.paused, line_ids, on_date)
        return {line_id: (why, until) for line_id, why, until in paused}

    @api.model
    def _ask_commitments(self, query, line_ids, on_date):
        if not line_ids:
            return []
        for model, names in commitments.COMMITMENTS.items():
            self.env[model].flush_model(names)
        return self.env.execute_query(query(line_ids, on_date))
