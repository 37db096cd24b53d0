from odoo import fields, models


class ArProvisionSegment(models.Model):
    """Receivables with similar risk besides their grade: related parties, public bodies, insured ones."""

    _name = 'ar.provision.segment'
    _description = "Provision Segment"
    _order = 'sequence, id'

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    excluded = fields.Boolean(
        "No Allowance", help="Customers of this segment are in no pool and carry no allowance."
    )
    related_parties = fields.Boolean(
        help="Customers that are companies of this database belong here unless their credit file names "
        "another segment."
    )
