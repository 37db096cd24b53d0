from odoo import fields, models

# Salespeople see which grade a customer has, not what it is worth in the books or in dunning.
TEAM = 'ar_base.group_collector,ar_base.group_controller,ar_base.group_accountant'


class ArCreditGrade(models.Model):
    _name = 'ar.credit.grade'
    _description = "Credit Grade"
    _inherit = ['ar.plausible.mixin']
    _order = 'sequence, id'
    _rec_names_search = ['name', 'code']

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10, help="Best grade first.")
    description = fields.Char(translate=True)
    color = fields.Integer()
    active = fields.Boolean(default=True)
    provision_multiplier = fields.Float(
        groups=TEAM,
        default=1.0,
        digits=(6, 3),
        help="The loss rates of the provision matrix are multiplied by this, up to 100 %.",
    )
    dunning_profile = fields.Selection(
        [('lenient', "Lenient"), ('standard', "Standard"), ('strict', "Strict"), ('legal', "Legal / stop")],
        default='standard',
        required=True,
        groups=TEAM,
        help="How soon and how firmly customers of this grade are reminded.",
    )

    _multiplier_positive = models.Constraint(
        'CHECK (provision_multiplier >= 0)', "The provision multiplier of a grade cannot be negative."
    )
    _code_unique = models.UniqueIndex('(code)', "Two credit grades cannot have the same code.")
