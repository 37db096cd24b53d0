from odoo import api, fields, models


class ArWaitsMixin(models.AbstractModel):
    """What a run says of documents that were released and have not left: why, and what helps."""

    _name = 'ar.waits.mixin'
    _description = "What Waits, and Why"

    waits_text = fields.Text(compute='_compute_waits', help="Why what was released has not left.")
    is_trouble = fields.Boolean(compute='_compute_waits')

    def _waits(self):
        """Hook: return the list of ``Wait`` of this record, see ``ar.delivery.worker.mixin``."""
        return []

    @api.depends_context('lang', 'tz')
    def _compute_waits(self):
        for record in self:
            waits = record._waits()
            record.is_trouble = any(wait.is_trouble for wait in waits)
            record.waits_text = '\n'.join(
                self.env._("%(count)s wait: %(why)s. %(remedy)s", count=w.count, why=w.text, remedy=w.remedy)
                for w in waits
            )
