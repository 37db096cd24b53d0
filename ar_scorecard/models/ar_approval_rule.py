from odoo import api, fields, models


class ArApprovalRule(models.Model):
    _inherit = 'ar.approval.rule'

    kind = fields.Selection(selection_add=[('commission', "Commission")], ondelete={'commission': 'cascade'})

    @api.model
    def _role(self, kind):
        return 'ar_base.group_manager' if kind == 'commission' else super()._role(kind)
