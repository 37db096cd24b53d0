from odoo import api, models

from ..engine import allowance
from odoo.addons.ar_base.engine import open_items


class ArOpenItem(models.Model):
    """What of an open item is provisioned: its allowance by the last run that was posted by the date."""

    _inherit = 'ar.open.item'

    @api.model
    def _aging_parts(self, params):
        parts = super()._aging_parts(params)
        runs = self._posted_runs(params.as_of)
        if runs:
            parts['provisioned'] = [*parts['provisioned'], self._provisioned(params, runs)]
        return parts

    @api.model
    def _posted_runs(self, as_of):
        """Return the ids of each company's last run whose entry stands in the books on the date."""
        self.env['ar.provision.run'].flush_model(['as_of', 'company_id', 'policy_id', 'state'])
        self.env['ar.provision.policy'].flush_model(['auto_reverse'])
        return tuple(run_id for (run_id,) in self.env.execute_query(allowance.posted_runs(as_of)))

    def _provisioned(self, params, runs):
        """Return the query of the frozen allowance per item."""
        self.env['ar.provision.line'].flush_model(['allowance', 'move_line_id', 'run_id'])
        return allowance.of_items(open_items.aged(params), runs)
