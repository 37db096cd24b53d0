from odoo import models


class OnboardingOnboardingStep(models.Model):
    _inherit = 'onboarding.onboarding.step'

    def action_ar_dunning_plans(self):
        return self._ar_place('ar_dunning.ar_dunning_plan_action')
