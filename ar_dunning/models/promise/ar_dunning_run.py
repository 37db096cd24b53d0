from odoo import api, models

from ...engine import overdue


class ArDunningRun(models.Model):
    """Promises and payment plans withhold what they cover; what was broken is told one level up, once."""

    _inherit = 'ar.dunning.run'

    @api.model
    def _covered_items(self, line_ids, on_date):
        return {
            **super()._covered_items(line_ids, on_date),
            **self.env['ar.promise'].sudo()._covered_items(line_ids, on_date),
        }

    @api.model
    def _escalated_items(self, line_ids, on_date):
        broken = self.env['ar.promise'].sudo()._broken_items(line_ids, on_date)
        told = overdue.dunned(self.sudo().env, list(broken))
        since = {line_id for line_id, day in broken.items() if line_id not in told or told[line_id].on < day}
        return super()._escalated_items(line_ids, on_date) | since
