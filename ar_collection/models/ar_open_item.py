from odoo import api, fields, models
from odoo.tools import format_date

from .ar_collection_case import WITH_AGENT
from odoo.addons.ar_dunning.rules.draft import NEVER


class ArOpenItem(models.Model):
    """What a collector wants to know of an item: its dunning level, and why no letter asks for it."""

    _inherit = 'ar.open.item'

    dunning_level = fields.Integer("Level", compute='_compute_dunning')
    dunned_on = fields.Date("Last Dunned", compute='_compute_dunning')
    excluded = fields.Char(compute='_compute_dunning', help="Why no letter asks for the item now.")

    @api.depends('move_line_id')
    @api.depends_context('lang')
    def _compute_dunning(self):
        """With a fixed number of queries for all items."""
        today, line_ids = fields.Date.context_today(self), self.ids
        dunned = self.env['ar.dunning.notice.line']._dunned_levels(line_ids)
        covered = self._dunning_exclusions(line_ids, today)
        blocks = {
            block.move_line_id.id: block
            for block in self.env['ar.dunning.block']
            .sudo()
            .search([('move_line_id', 'in', line_ids), ('active', '=', True)])
            if not block.until or block.until >= today
        }
        for item in self:
            level = dunned.get(item.id, NEVER)
            item.dunning_level, item.dunned_on = level.level, level.on
            item.excluded = item._excluded(covered.get(item.id), blocks.get(item.id))

    def _excluded(self, covered, block):
        if block:
            return (
                self.env._("Blocked until %s", format_date(self.env, block.until))
                if block.until
                else self.env._("Blocked: %s", block.reason)
            )
        if covered:
            why, until = covered[0], format_date(self.env, covered[1])
            return {
                'case': self.env._("With lawyer or agency"),
                'payment_plan': self.env._("Payment plan until %s", until),
            }.get(why, self.env._("Promised until %s", until))
        if self.disputed:
            return self.env._("Disputed")
        return False

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
