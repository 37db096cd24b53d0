from odoo import fields, models


class ArCreditReason(models.Model):
    """A reason code: why an order is released or rejected, so that decisions can be counted by it."""

    _name = 'ar.credit.reason'
    _description = "Reason Code"
    _order = 'use, sequence, id'

    name = fields.Char(required=True, translate=True)
    use = fields.Selection(
        [('hold', "Hold"), ('release', "Release"), ('reject', "Rejection")], "For", required=True
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
