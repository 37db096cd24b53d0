from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ArCommissionAssignment(models.Model):
    """By which plan a salesperson earns, from a day, until a day; one at a time."""

    _name = 'ar.commission.assignment'
    _description = "Commission Plan of a Salesperson"
    _inherit = ['ar.fact.mixin']
    _journal_edits = frozenset({'plan_id', 'user_id', 'date_from', 'date_to'})
    _order = 'user_id, date_from desc, id desc'
    _rec_name = 'user_id'

    plan_id = fields.Many2one('ar.commission.plan', required=True, index=True, ondelete='restrict')
    company_id = fields.Many2one(related='plan_id.company_id', store=True, index=True)
    user_id = fields.Many2one(
        'res.users', "Salesperson", required=True, index=True, domain=[('share', '=', False)]
    )
    date_from = fields.Date("From", required=True, help="Cash matched from this day on earns by the plan.")
    date_to = fields.Date("Until", help="Empty: until further notice.")

    @api.constrains('company_id', 'user_id', 'date_from', 'date_to')
    def _check_once(self):
        for one in self:
            if one.date_to and one.date_to < one.date_from:
                raise ValidationError(self.env._("%s: the plan ends before it starts.", one.user_id.name))
            others = self.search(
                [
                    ('id', '!=', one.id),
                    ('company_id', '=', one.company_id.id),
                    ('user_id', '=', one.user_id.id),
                    '|',
                    ('date_to', '=', False),
                    ('date_to', '>=', one.date_from),
                ]
            )
            if others.filtered(lambda other, end=one.date_to: not end or other.date_from <= end):
                raise ValidationError(
                    self.env._("%s already has a plan in these days: end it first.", one.user_id.name)
                )
