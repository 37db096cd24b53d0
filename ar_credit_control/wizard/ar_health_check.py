from odoo import api, fields, models
from odoo.tools import format_date

from odoo.addons.ar_base.rules.finding import Finding

FILES = 'ar_base.ar_credit_account_action'


class ArHealthCheck(models.TransientModel):
    _inherit = 'ar.health.check'

    @api.model
    def _checks(self):
        return {
            **super()._checks(),
            'responsible': self.env._("Whom held orders go to"),
            'rules': self.env._("Credit rules hold orders"),
            'strictness': self.env._("The policy binds"),
            'limit_documents': self.env._("Limits need approval"),
            'native_limits': self.env._("Limits of contacts are taken over"),
            'native_banner': self.env._("One credit warning only"),
            'limits': self.env._("Customers who owe have a limit"),
            'expired_limits': self.env._("Limits are valid"),
            'reviews': self.env._("Reviews are done in time"),
            'groups': self.env._("Credit groups"),
        }

    def _check_responsible(self, company):
        settings = 'ar_base.res_config_settings_action'
        responsible = company.ar_credit_responsible_id
        if responsible and not responsible.active:
            yield Finding(
                '1',
                self.env._("The credit responsible has left."),
                self.env._("Name someone else in the settings."),
                settings,
            )
        elif not responsible and len(company._ar_people('ar_base.group_controller')) > 1:
            yield Finding(
                '3',
                self.env._(
                    "No credit responsible is named: held orders go to %s.",
                    company._ar_credit_responsible().name,
                ),
                self.env._("Name the credit responsible in the settings."),
                settings,
            )

    def _check_rules(self, company):
        rules = self.env['ar.credit.rule'].search([('company_id', '=', company.id)])
        action = 'ar_credit_control.ar_credit_rule_action'
        general = {rule.code: rule for rule in rules if not rule.grade_id and not rule.credit_account_id}
        if not any(rule.outcome == 'hold' for rule in rules):
            yield Finding(
                '1',
                self.env._("No credit rule holds an order: everything passes."),
                self.env._("Set at least \"Credit limit exceeded\" to Hold."),
                action,
            )
        elif 'credit_limit' not in general or general['credit_limit'].outcome == 'none':
            yield Finding(
                '2',
                self.env._("The credit limit is not checked."),
                self.env._("Set the rule \"Credit limit exceeded\" to Hold or Warn."),
                action,
            )

    def _check_strictness(self, company):
        if company._ar_observes():
            yield Finding(
                '2',
                self.env._(
                    "The rules only observe until %s: no order is held.",
                    format_date(self.env, company.ar_observe_until),
                ),
                self.env._("Look at what would have been held, then let the rules bind."),
                'ar_credit_control.ar_credit_decision_observed_action',
            )
        unknown = company._ar_binding_rules().filtered(lambda rule: rule.code == 'no_file')
        if company.ar_default_limit_policy == 'skip' and unknown.outcome != 'hold':
            yield Finding(
                '2',
                self.env._("A new customer without a credit decision gets unlimited credit."),
                self.env._("Choose in the settings how strict the policy is, or set a default limit."),
                'ar_base.res_config_settings_action',
            )

    def _check_limit_documents(self, company):
        if not company.ar_limit_documents:
            yield Finding(
                '2',
                self.env._("A credit controller can enter any limit in a credit file, without approval."),
                self.env._("Switch on \"Limits by document only\"."),
                mends=True,
            )

    def _mend_limit_documents(self, company):
        company.ar_limit_documents = True

    def _check_native_limits(self, company):
        if native := len(self.env['ar.credit.account']._untaken_limits(company)):
            yield Finding(
                '2',
                self.env._("%s credit limits of contacts have not been taken over.", native),
                self.env._("Take them over: Odoo's own limits do not count."),
                mends=True,
            )

    def _mend_native_limits(self, company):
        self.env['ar.credit.account']._take_over_native_limits(company)

    def _check_native_banner(self, company):
        if company.account_use_credit_limit:
            yield Finding(
                '3',
                self.env._(
                    "Odoo's own sales credit limit is switched on as well; credit control decides, and "
                    "silences its banner where it has a limit."
                ),
                self.env._("Switch it off."),
                mends=True,
            )

    def _mend_native_banner(self, company):
        company.account_use_credit_limit = False

    def _check_limits(self, company):
        if company.ar_default_limit_policy != 'skip':
            return
        domain = self._owing_files(company, [('limit_decided', '=', False), ('group_id', '=', False)])
        if count := self.env['ar.credit.account'].search_count(domain):
            yield Finding(
                '3',
                self.env._("%s customers have no limit and are not checked against one.", count),
                self.env._("Grant limits, or set a limit for customers without one in the settings."),
                FILES,
                domain,
            )

    def _expired(self, company, field):
        return [('company_id', '=', company.id), (field, '<', fields.Date.context_today(self))]

    def _check_expired_limits(self, company):
        domain = self._expired(company, 'limit_valid_until')
        if count := self.env['ar.credit.account'].search_count(domain):
            yield Finding(
                '2',
                self.env._("%s credit limits have expired.", count),
                self.env._("Open the credit files and renew them."),
                FILES,
                domain,
            )

    def _check_reviews(self, company):
        domain = self._expired(company, 'file_valid_until')
        if count := self.env['ar.credit.account'].search_count(domain):
            yield Finding(
                '2',
                self.env._("%s reviews are overdue.", count),
                self.env._("Open the credit files and renew them."),
                FILES,
                domain,
            )

    def _check_groups(self, company):
        empty = self.env['ar.credit.group'].search(
            [('company_id', '=', company.id), ('account_ids', '=', False)]
        )
        if empty:
            yield Finding(
                '3',
                self.env._("Credit groups without members: %s", ', '.join(empty.mapped('name'))),
                self.env._("Choose the group in the customers' credit files."),
                'ar_credit_control.ar_credit_group_action',
                [('id', 'in', empty.ids)],
            )
