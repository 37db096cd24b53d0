from odoo import api, fields, models


class ArClosedDay(models.Model):
    """Days on which the company is closed: nothing goes out to customers then.

    Compensating working days are recorded here too.
    """

    _name = 'ar.closed.day'
    _description = "Closed Day"
    _inherit = ['ar.plausible.mixin']
    _order = 'date_from desc, id desc'

    name = fields.Char("Occasion", required=True)
    company_id = fields.Many2one(
        'res.company',
        required=True,
        index=True,
        ondelete='cascade',
        default=lambda self: self.env.company.root_id,
        domain=[('parent_id', '=', False)],
    )
    date_from = fields.Date("First Day", required=True)
    date_to = fields.Date(
        "Last Day", required=True, compute='_compute_date_to', store=True, readonly=False, precompute=True
    )
    is_worked = fields.Boolean(
        "Worked", help="The company works on these days although they are a weekend or lie within a holiday."
    )

    _dates_in_order = models.Constraint(
        'CHECK (date_from <= date_to)', "A closed period cannot end before it begins."
    )

    @api.depends('date_from')
    def _compute_date_to(self):
        for closed in self:
            if not closed.date_to or closed.date_to < closed.date_from:
                closed.date_to = closed.date_from
