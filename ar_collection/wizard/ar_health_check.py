from odoo import models


class ArHealthCheck(models.TransientModel):
    _inherit = 'ar.health.check'

    def _check_collector(self, company):
        """The default collector stands in for a missing one, while that person is there."""
        if not company.ar_worklist_collector_id.active:
            yield from super()._check_collector(company)
