from odoo import fields, models


class ArDunningClosedDay(models.Model):
    """Days on which no letter goes out: holidays, the company's vacation."""

    _name = 'ar.dunning.closed.day'
    _description = "Closed Day"
    _order = 'date_from desc, id desc'

    company_id = fields.Many2one(
        'res.company', required=True, index=True, ondelete='cascade', default=lambda self: self.env.company.root_id,
        domain=[('parent_id', '=', False)])
    name = fields.Char(required=True)
    date_from = fields.Date("From", required=True)
    date_to = fields.Date("To", required=True)

    _dates_in_order = models.Constraint('CHECK (date_from <= date_to)', "A closed period cannot end before it begins.")
