from odoo import api, models

from odoo.addons.ar_base.rules.finding import Finding


class ArHealthCheck(models.TransientModel):
    _inherit = 'ar.health.check'

    @api.model
    def _checks(self):
        return {
            **super()._checks(),
            'charge_accounts': self.env._("Accounts of interest and fees"),
            'interest_rates': self.env._("Interest rates are up to date"),
        }

    def _schemes_in_use(self, company):
        """Return the interest schemes of the company, of its stages, and of its customers' files."""
        stages = self.env['ar.dunning.plan']._plans_of(company).stage_ids
        files = self.env['ar.credit.account'].search(
            [('company_id', '=', company.id), ('interest_scheme_id', '!=', False)]
        )
        return company.ar_interest_scheme_id | stages.interest_scheme_id | files.interest_scheme_id

    def _check_charge_accounts(self, company):
        """What is claimed with an invoice needs an account of its kind."""
        kinds = dict(self.env['ar.charge.posting']._fields['kind']._description_selection(self.env))
        booked = self._schemes_in_use(company).filtered(lambda scheme: scheme.booking == 'invoice')
        needed = {'interest'} if booked else set()
        needed |= {'fixed_sum'} if booked.fixed_sum_id else set()
        known = self.env['ar.charge.posting'].search([('company_id', 'child_of', company.id)]).mapped('kind')
        for kind in sorted(needed - set(known)):
            yield Finding(
                '1',
                self.env._(
                    "%(company)s has no account for: %(kind)s.", company=company.name, kind=kinds[kind]
                ),
                self.env._("Enter the account under Booking of Charges."),
                'ar_dunning_interest.ar_charge_posting_action',
            )

    def _check_interest_rates(self, company):
        for table in self._schemes_in_use(company).table_id:
            action = ('ar_dunning_interest.ar_interest_rate_table_action', [('id', '=', table.id)])
            if not table.rate_ids:
                yield Finding(
                    '1',
                    self.env._("%s has no rates: no interest is charged.", table.name),
                    self.env._("Enter the rates that were published."),
                    *action,
                )
            elif table.is_stale:
                yield Finding(
                    '2',
                    self.env._("The last rate of %s is out of date.", table.name),
                    self.env._("Enter the rate in force (%s).", table.publisher or table.name),
                    *action,
                )
