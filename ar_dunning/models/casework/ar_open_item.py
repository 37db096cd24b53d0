from odoo import api, fields, models

from .ar_collection_case import WITH_AGENT


class ArOpenItem(models.Model):
    """Items that are with a lawyer or an agency are excluded from our dunning."""

    _inherit = 'ar.open.item'

    @api.model
    def _dunning_exclusions(self, line_ids, on_date):
        items = (
            self.env['ar.collection.case.item']
            .sudo()
            .search_fetch(
                [('move_line_id', 'in', list(line_ids)), ('case_id.state', 'in', WITH_AGENT)],
                ['move_line_id'],
            )
        )
        day = fields.Date.to_date(on_date)
        return super()._dunning_exclusions(line_ids, on_date) | {
            item.move_line_id.id: ('case', day) for item in items
        }
