from odoo import fields, models


class ArApprovalRule(models.Model):
    _inherit = 'ar.approval.rule'

    kind = fields.Selection(
        selection_add=[('order', "Release of a held order"), ('change', "Limit, grade and terms")],
        default='order',
        ondelete={'order': 'cascade', 'change': 'cascade'},
    )
