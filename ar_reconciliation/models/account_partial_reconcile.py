from odoo import api, models


class AccountPartialReconcile(models.Model):
    _inherit = 'account.partial.reconcile'

    @api.model_create_multi
    def create(self, vals_list):
        partials = super().create(vals_list)
        partials._touch_periods()
        return partials

    def unlink(self):
        self._touch_periods()
        return super().unlink()

    def _touch_periods(self):
        """Matches move receivables between salespersons on their effective date."""
        days = {}
        for partial in self.sudo().filtered('max_date'):
            days[partial.company_id] = min(partial.max_date, days.get(partial.company_id, partial.max_date))
        if days:
            self.env['ar.sales.reconciliation']._touch(days)
