from odoo import fields, models


class ArCreditDecision(models.Model):
    _inherit = 'ar.credit.decision'

    origin = fields.Selection(
        selection_add=[('pos', "Point of sale")],
        ondelete={'pos': lambda self: self._record_facts({'origin': 'seller'})},
    )
