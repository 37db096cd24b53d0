from odoo import models

from .ar_bad_debt_approval_mixin import APPROVE


class ArPolicyApprovalMixin(models.AbstractModel):
    """A policy is put in force by people whom the approval matrix names, if it names any."""

    _name = 'ar.policy.approval.mixin'
    _description = "Approval of Policies"
    _inherit = ['mail.thread', 'mail.activity.mixin', 'ar.approval.mixin']

    def _approval_kind(self):
        return 'provision_policy'

    def _approval_amount(self):
        # It decides on every receivable: more than any amount.
        return float('inf')

    def _approval_grade(self):
        return self.env['ar.credit.grade']

    def _approval_requesters(self):
        return self.env['res.users']

    def _approval_activity(self):
        return APPROVE, self.env._("Put in force: %s", self.display_name)
