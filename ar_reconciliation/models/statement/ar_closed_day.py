from odoo import fields, models


class ArClosedDay(models.Model):
    """A day on which the company is closed: what is scheduled for it goes out on the next open day."""

    _name = 'ar.closed.day'
    _description = "Closed Day"
    _order = 'date desc'

    name = fields.Char("Occasion", required=True)
    date = fields.Date(required=True)
    company_id = fields.Many2one('res.company', required=True, default=lambda self: self.env.company.root_id, index=True)

    _once = models.UniqueIndex('(company_id, date)', "This day is already listed as closed.")
