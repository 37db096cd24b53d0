from odoo import fields, models


class ArApprovalRule(models.Model):
    _inherit = 'ar.approval.rule'

    kind = fields.Selection(
        selection_add=[('case', "Cases for lawyer or agency")], ondelete={'case': 'cascade'}
    )
