from odoo import api, fields, models


class ArCustomerBriefLine(models.TransientModel):
    """A sentence of the page, and the action that opens what it counts."""

    _name = 'ar.customer.brief.line'
    _description = "Sentence about a Customer"
    _order = 'brief_id, id'
    _rec_name = 'text'

    brief_id = fields.Many2one('ar.customer.brief', required=True, index=True, ondelete='cascade')
    section = fields.Selection(
        [
            ('who', "Who"),
            ('pays', "How It Pays"),
            ('open', "What Is Open"),
            ('stands', "How It Stands"),
            ('next', "What to Do"),
        ],
        required=True,
        readonly=True,
    )
    text = fields.Char(required=True, readonly=True)
    action = fields.Json(readonly=True)
    opens = fields.Boolean(compute='_compute_opens')

    @api.depends('action')
    def _compute_opens(self):
        for line in self:
            line.opens = bool(line.action)

    def action_open(self):
        """Open what the sentence counts."""
        return self.action
