from odoo import fields, models


class ArApprovalRule(models.Model):
    _inherit = 'ar.approval.rule'

    kind = fields.Selection(
        selection_add=[('waiver', "Waived interest and fees")], ondelete={'waiver': 'cascade'}
    )
