from odoo import api, fields, models


class ArDunningNoticeLine(models.Model):
    """What the item costs by the letter's day, as the letter says it and as it is charged once sent."""

    _inherit = 'ar.dunning.notice.line'

    interest = fields.Monetary(readonly=True, copy=False)
    interest_from = fields.Date(readonly=True, copy=False)
    interest_until = fields.Date(readonly=True, copy=False)
    interest_text = fields.Text("Why this Interest", readonly=True, copy=False)
    fixed_sum = fields.Monetary(readonly=True, copy=False)
    fixed_sum_text = fields.Text("Why this Sum", readonly=True, copy=False)
    charge_text = fields.Text("Why this Cost", compute='_compute_charge_text', search='_search_charge_text')

    @api.depends('interest_text', 'fixed_sum_text')
    def _compute_charge_text(self):
        for line in self:
            line.charge_text = '\n'.join(filter(None, [line.interest_text, line.fixed_sum_text])) or False

    def _search_charge_text(self, operator, value):
        return ['|', ('interest_text', operator, value), ('fixed_sum_text', operator, value)]

    def _cost_of(self, scheme, day, costs):
        """Put into ``costs`` what each line's item costs until the day."""
        items = self.move_line_id
        interest, sums = scheme._item_interest(items, day), scheme._item_fixed_sums(items, day)
        for line in self:
            found, fixed = interest.get(line.move_line_id.id), sums.get(line.move_line_id.id)
            if found:
                costs[line].update(
                    interest=found.amount,
                    interest_from=found.date_from or False,
                    interest_until=found.date_until or False,
                    interest_text=found.text,
                )
            if fixed:
                costs[line].update(fixed_sum=fixed.amount, fixed_sum_text=fixed.text)
