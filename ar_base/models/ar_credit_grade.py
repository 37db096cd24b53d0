from odoo import fields, models


class ArCreditGrade(models.Model):
    _name = 'ar.credit.grade'
    _description = "Credit Grade"
    _order = 'sequence, id'

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10, help="Best grade first.")
    description = fields.Char(translate=True)
    color = fields.Integer()
    active = fields.Boolean(default=True)

    _code_unique = models.UniqueIndex('(code)', "Two credit grades cannot have the same code.")
