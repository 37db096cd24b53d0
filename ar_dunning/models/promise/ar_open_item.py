from odoo import api, models


class ArOpenItem(models.Model):
    """Promises and payment plans exclude what they cover from dunning; broken ones raise it a level."""

    _inherit = 'ar.open.item'

    @api.model
    def _dunning_exclusions(self, line_ids, on_date):
        covered = self.env['ar.promise'].sudo()._covered_items(line_ids, on_date)
        return super()._dunning_exclusions(line_ids, on_date) | covered

    @api.model
    def _broken_commitments(self, line_ids, on_date):
        broken = self.env['ar.promise'].sudo()._broken_items(line_ids, on_date)
        return super()._broken_commitments(line_ids, on_date) | broken
