from odoo import api, fields, models

KINDS = [
    ('write_off', "Write-offs"),
    ('recovery', "Recoveries of write-offs"),
    ('override', "Overrides of the allowance"),
    ('provision_policy', "Provision policies"),
]


class ArApprovalRule(models.Model):
    _inherit = 'ar.approval.rule'

    kind = fields.Selection(selection_add=KINDS, ondelete={code: 'cascade' for code, _label in KINDS})

    @api.model
    def _role(self, kind):
        return 'ar_base.group_accountant' if kind in dict(KINDS) else super()._role(kind)

    @api.model
    def _cron_escalate_bad_debts(self):
        """Give what was not decided in time to the person of the matrix; once a day."""
        for model in ('ar.write.off', 'ar.recovery', 'ar.provision.policy'):
            self.env[model]._approval_escalate([('state', '=', 'submitted')])
