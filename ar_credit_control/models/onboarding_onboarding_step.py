from odoo import models


class OnboardingOnboardingStep(models.Model):
    _inherit = 'onboarding.onboarding.step'

    def action_ar_import_limits(self):
        """Open Odoo's import, for credit changes."""
        return {
            'type': 'ir.actions.client',
            'tag': 'import',
            'name': self.env._("Import Credit Limits"),
            'params': {'model': 'ar.credit.change', 'active_model': 'ar.credit.change', 'context': {}},
        }
