from odoo import api, fields, models


class ArProvisionPolicyPartMixin(models.AbstractModel):
    """A row of a policy: added, changed and deleted only while the policy is a draft.

    Who does so has a part in the policy, and does not put it in force where the matrix wants somebody else.
    """

    _name = 'ar.provision.policy.part.mixin'
    _description = "Part of a Provision Policy"
    _inherit = ['ar.fact.mixin']

    provision_policy_id = fields.Many2one(
        'ar.provision.policy', required=True, index=True, ondelete='cascade'
    )

    @api.model_create_multi
    def create(self, vals_list):
        parts = super().create(vals_list)
        parts._check_policies()
        parts.provision_policy_id._approval_note_asker()
        return parts

    def write(self, vals):
        result = super().write(vals)
        if 'provision_policy_id' in vals:
            self._check_policies()
        self.provision_policy_id._approval_note_asker()
        return result

    def unlink(self):
        policies = self.provision_policy_id
        result = super().unlink()
        policies.exists()._approval_note_asker()
        return result

    def _check_policies(self):
        if any(part._is_fixed() for part in self):
            self._refuse_edit([])

    def _is_fixed(self):
        return self.provision_policy_id._is_fixed()

    def _refusal_to_edit(self, names):
        return self.provision_policy_id._refusal_to_edit([])

    def _refusal_to_delete(self):
        return self._refusal_to_edit([])
