from odoo import models


class OnboardingOnboardingStep(models.Model):
    _inherit = 'onboarding.onboarding.step'

    def action_ar_policies(self):
        return self._ar_place('ar_aging_provision.ar_provision_policy_action')
