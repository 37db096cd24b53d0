from odoo import api, models
from odoo.tools import SQL

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
        return tuple(
            run_id
            for (run_id,) in self.env.execute_query(
                SQL(
                    """SELECT DISTINCT ON (r.company_id) r.id
                 FROM ar_provision_run r JOIN ar_provision_policy p ON p.id = r.policy_id
                WHERE r.state = 'posted' AND r.as_of <= %(as_of)s AND (p.auto_reverse IS NOT TRUE OR r.as_of = %(as_of)s)
                ORDER BY r.company_id, r.as_of DESC, r.id DESC""",
                    as_of=as_of,
                )
            )
        )

    def _provisioned(self, params, runs):
        """Return the frozen allowance per item; what is left of an item bears at most itself, what is gone bears none."""
        self.env['ar.provision.line'].flush_model(['allowance', 'move_line_id', 'run_id'])
        return SQL(
            """SELECT a.id AS line_id, LEAST(f.allowance, a.residual) AS amount
                 FROM ar_provision_line f JOIN (%s) a ON a.id = f.move_line_id
                WHERE f.run_id IN %s AND f.allowance > 0 AND a.residual > 0""",
            open_items.aged(params),
            runs,
        )
