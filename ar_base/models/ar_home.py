from odoo import api, models

# From the role that answers for most to the one that sees least: the first that the user has counts.
ROLES = ('manager', 'accountant', 'controller', 'collector', 'viewer')


class ArHome(models.AbstractModel):
    """The first screen of the app, which is that of the user's role."""

    _name = 'ar.home'
    _description = "First Screen of Receivables"

    @api.model
    def _homes(self):
        """Hook: return {role: external id of its first screen}, roles as in ``ROLES``."""
        return {
            'manager': 'ar_base.ar_open_item_action',
            'accountant': 'ar_base.ar_open_item_action',
            'controller': 'ar_base.ar_credit_account_action',
            'collector': 'ar_base.ar_open_item_action',
            'viewer': 'ar_base.ar_credit_account_action',
        }

    @api.model
    def action_open(self):
        """Open the first screen of the user's role; of a manager the first steps, until they are closed."""
        role = next((role for role in ROLES if self.env.user.has_group(f'ar_base.group_{role}')), None)
        if not role:
            return False
        if role == 'manager' and (steps := self.env['onboarding.onboarding.step']._ar_first_steps()):
            return steps
        return self.env['ir.actions.actions']._for_xml_id(self._homes()[role])
