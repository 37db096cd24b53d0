from odoo import api, fields, models

from odoo.addons.ar_base.rules.finding import Finding


class ArHealthCheck(models.TransientModel):
    _inherit = 'ar.health.check'

    @api.model
    def _checks(self):
        return {
            **super()._checks(),
            'provision_policy': self.env._("A provision policy is in force"),
            'provision_people': self.env._("A run is approved by someone else"),
        }

    def _check_provision_policy(self, company):
        """In force today, with rates that provide for something and accounts that are there."""
        today = fields.Date.context_today(self)
        policy = self.env['ar.provision.policy']._for_date(company, today)
        action = 'ar_aging_provision.ar_provision_policy_action'
        if not policy:
            yield Finding(
                '2',
                self.env._("%s has no provision policy in force: no allowance is booked.", company.name),
                self.env._("Enter the loss rates and the accounts, and put the policy in force."),
                action,
            )
            return
        for text in [*(policy.rate_doubts or '').splitlines(), *policy._problems()]:
            yield Finding(
                '2', text, self.env._("Create a new version of the policy."), action, [('id', '=', policy.id)]
            )

    def _check_provision_people(self, company):
        today = fields.Date.context_today(self)
        policy = self.env['ar.provision.policy']._for_date(company, today)
        people = company._ar_people('ar_base.group_accountant')
        if len(people) < 2 and (policy.second_person or not policy) and company.ar_four_eyes:
            yield Finding(
                '2',
                self.env._(
                    "Only %s can compute and approve provision runs, and nobody approves their own.",
                    people.name or self.env._("nobody"),
                ),
                self.env._("Give a second user the role \"Provision accountant\"."),
                'base.action_res_users',
                admin=True,
            )
