from odoo import fields, models


class ArProvisionScenario(models.Model):
    """One outlook of a policy: how likely it is, and what it does to the loss rates."""

    _name = 'ar.provision.scenario'
    _description = "Provision Scenario"
    _inherit = ['ar.provision.policy.part.mixin']
    _order = 'provision_policy_id, id'

    name = fields.Char(required=True, translate=True)
    weight = fields.Float(
        digits=(6, 4), required=True, help="The weights of a policy's scenarios must sum to 100 %."
    )
    multiplier = fields.Float(digits=(8, 4), required=True, default=1.0)

    _positive = models.Constraint(
        'CHECK (weight >= 0 AND multiplier >= 0)', "Weights and multipliers of scenarios cannot be negative."
    )
