from odoo import models


class ArPolicyApprovalMixin(models.AbstractModel):
    """A policy is put in force by a second person where the approval matrix names one; it has no amount."""

    _name = 'ar.policy.approval.mixin'
    _description = "Approval of Policies"
    _inherit = ['mail.thread', 'mail.activity.mixin', 'ar.approval.mixin']

    def _approval_kind(self):
        return 'policy'

    def _approval_amount(self):
        return 0.0

    def _approval_requesters(self):
        return self.create_uid
