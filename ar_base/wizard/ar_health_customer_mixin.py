from odoo import models
from odoo.fields import Domain

from ..rules.finding import Finding


class ArHealthCustomerMixin(models.AbstractModel):
    """What the set-up check says of customers who owe: file, grade, collector, whether mail reaches them."""

    _name = 'ar.health.customer.mixin'
    _description = "Set-up Check of Customers"

    def _owing(self, company):
        """Return the ids of the customers who owe something in the company's tree."""
        rows = self.env['account.move.line']._read_group(
            Domain('parent_state', '=', 'posted')
            & Domain('reconciled', '=', False)
            & Domain('balance', '>', 0)
            & Domain('account_id', 'in', company._ar_receivable_accounts().ids)
            & Domain('company_id', 'in', company._ar_tree().ids)
            & Domain('partner_id', '!=', False),
            ['partner_id.commercial_partner_id'],
        )
        return [partner.id for (partner,) in rows]

    def _owing_files(self, company, domain):
        ids = self._owing(company)
        return [('company_id', '=', company.id), ('partner_id', 'in', ids), *domain]

    def _check_files(self, company):
        ids = self._owing(company)
        known = self.env['ar.credit.account'].with_context(active_test=False)
        found = known.search([('company_id', '=', company.id), ('partner_id', 'in', ids)]).partner_id
        if missing := len(set(ids) - set(found.ids)):
            yield Finding(
                '2',
                self.env._("%s customers owe, and have no credit file.", missing),
                self.env._("Open their files: then they can be given limit, grade and collector."),
                mends=True,
            )

    def _mend_files(self, company):
        self.env['ar.credit.account']._for_partners(
            self.env['res.partner'].browse(self._owing(company)), company
        )

    def _check_customer_grade(self, company):
        domain = self._owing_files(company, [('grade_id', '=', False)])
        if count := self.env['ar.credit.account'].search_count(domain):
            yield Finding(
                '3',
                self.env._("%s customers owe, and have no grade.", count),
                self.env._("Choose a grade in their credit files, or assess them."),
                'ar_base.ar_credit_account_action',
                domain,
            )

    def _check_collector(self, company):
        domain = self._owing_files(company, [('collector_id', '=', False)])
        if count := self.env['ar.credit.account'].search_count(domain):
            yield Finding(
                '2',
                self.env._("%s customers owe, and have no collector.", count),
                self.env._("Choose a collector in their credit files; several files can be changed at once."),
                'ar_base.ar_credit_account_action',
                domain,
            )

    def _check_reach(self, company):
        """No address at the customer or any contact, and no login: nothing can be mailed."""
        customers = self.env['res.partner'].browse(self._owing(company))
        Partner, below = self.env['res.partner'], [('commercial_partner_id', 'in', customers.ids)]
        mailed = Partner.search([*below, ('email', '!=', False)]).commercial_partner_id
        users = self.env['res.users'].search([('partner_id.commercial_partner_id', 'in', customers.ids)])
        if unreached := customers - mailed - users.partner_id.commercial_partner_id:
            yield Finding(
                '2',
                self.env._("%s customers owe, and have neither e-mail nor login.", len(unreached)),
                self.env._("Enter an e-mail address, or give a contact access to the portal."),
                'base.action_partner_form',
                [('id', 'in', unreached.ids)],
            )
