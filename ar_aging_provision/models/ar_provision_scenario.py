from odoo import api, fields, models


class ArProvisionScenario(models.Model):
    """One outlook of a policy: how likely it is, and what it does to the loss rates."""

    _name = 'ar.provision.scenario'
    _description = "Provision Scenario"
    _order = 'provision_policy_id, id'

    provision_policy_id = fields.Many2one(
        'ar.provision.policy', required=True, index=True, ondelete='cascade'
    )
    name = fields.Char(required=True, translate=True)
    weight = fields.Float(
        digits=(6, 4), required=True, help="The weights of a policy's scenarios sum to 100 %."
    )
    multiplier = fields.Float(digits=(8, 4), required=True, default=1.0)

    _positive = models.Constraint(
        'CHECK (weight >= 0 AND multiplier >= 0)', "Weights and multipliers of scenarios cannot be negative."
    )

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        rows.provision_policy_id._require_draft()
        return rows

    def write(self, vals):
        self.provision_policy_id._require_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_force(self):
        self.provision_policy_id._require_draft()
