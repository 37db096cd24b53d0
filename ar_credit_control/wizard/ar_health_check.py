from datetime import timedelta

from odoo import api, fields, models


class ArHealthCheck(models.TransientModel):
    """Lists what is set up so that credit control cannot work as meant, with the place to mend it."""

    _name = 'ar.health.check'
    _description = "Set-up Check"
    _order = 'severity, id'

    severity = fields.Selection([('1', "Problem"), ('2', "Warning"), ('3', "Hint")], required=True)
    name = fields.Char("Finding", required=True)
    remedy = fields.Char("What to Do")
    action_xmlid = fields.Char()

    @api.model
    def action_check(self):
        """Look at the current company's set-up and open the list of findings."""
        company = self.env.company.root_id.sudo()
        self.sudo().search([('create_uid', '=', self.env.uid)]).unlink()
        findings = self.sudo().create(
            [
                dict(zip(('severity', 'name', 'remedy', 'action_xmlid'), finding))
                for finding in self._findings(company)
            ]
        )
        return {
            'type': 'ir.actions.act_window',
            'res_model': self._name,
            'view_mode': 'list',
            'name': self.env._("Set-up Check"),
            'domain': [('id', 'in', findings.ids)],
        }

    @api.model
    def _findings(self, company):
        """Hook: return (severity, finding, remedy, action) of everything found; other addons extend it."""
        return [
            *self._check_people(company),
            *self._check_rules(company),
            *self._check_policy(company),
            *self._check_accounts(company),
            *self._check_jobs(),
        ]

    def _check_people(self, company):
        settings = 'ar_base.res_config_settings_action'
        controllers = company._ar_people('ar_base.group_controller')
        if not controllers:
            yield (
                '1',
                self.env._("There is no credit controller in %s: held orders wait for ever.", company.name),
                self.env._("Give a user the role \"Credit controller\"."),
                'base.action_res_users',
            )
        elif len(controllers) == 1 and company.ar_four_eyes:
            yield (
                '2',
                self.env._(
                    "%s is the only credit controller and the four-eyes rule is on: no one can decide on "
                    "that person's requests.",
                    controllers.name,
                ),
                self.env._("Name a second controller."),
                'base.action_res_users',
            )
        matrix = self.env['ar.approval.rule'].sudo().search([('company_id', '=', company.id)])
        if not matrix.filtered(lambda line: line.kind == 'order'):
            yield (
                '3',
                self.env._(
                    "The approval matrix is empty: any credit controller releases orders of any amount."
                ),
                self.env._("Say from which amount on somebody else decides."),
                'ar_base.ar_approval_rule_action',
            )
        if not company.ar_credit_responsible_id and len(controllers) > 1:
            yield (
                '3',
                self.env._(
                    "No credit responsible is named: held orders go to %s.",
                    company._ar_credit_responsible().name,
                ),
                self.env._("Name the credit responsible in the settings."),
                settings,
            )
        if text := company._ar_one_person_text():
            yield ('1', text, self.env._("Switch the four-eyes rule on before real work begins."), settings)
        for line in self.env['ar.approval.rule'].sudo().search([('company_id', '=', company.id)]):
            if not line.user_ids.filtered('active'):
                yield (
                    '1',
                    self.env._("A line of the approval matrix lists only people who have left."),
                    self.env._("Name someone else."),
                    'ar_base.ar_approval_rule_action',
                )
        if company.ar_credit_responsible_id and not company.ar_credit_responsible_id.active:
            yield (
                '1',
                self.env._("The credit responsible has left."),
                self.env._("Name someone else in the settings."),
                settings,
            )

    def _check_policy(self, company):
        settings = 'ar_base.res_config_settings_action'
        if company._ar_observes():
            yield (
                '2',
                self.env._(
                    "The rules only observe until %s: no order is held.",
                    fields.Date.to_string(company.ar_observe_until),
                ),
                self.env._("Look at what would have been held, then let the rules bind."),
                'ar_credit_control.ar_credit_decision_observed_action',
            )
        if not company.ar_limit_documents:
            yield (
                '2',
                self.env._("A credit controller can enter any limit in a credit file, without approval."),
                self.env._("Switch on \"Limits by document only\" in the settings."),
                settings,
            )
        unknown = company._ar_binding_rules().filtered(lambda rule: rule.code == 'no_file')
        if company.ar_default_limit_policy == 'skip' and unknown.outcome != 'hold':
            yield (
                '2',
                self.env._("A new customer without a credit decision gets unlimited credit."),
                self.env._("Choose in the settings how strict the policy is, or set a default limit."),
                settings,
            )

    def _check_rules(self, company):
        rules = self.env['ar.credit.rule'].sudo().search([('company_id', '=', company.id)])
        action = 'ar_credit_control.ar_credit_rule_action'
        general = {rule.code: rule for rule in rules if not rule.grade_id and not rule.credit_account_id}
        if not any(rule.outcome == 'hold' for rule in rules):
            yield (
                '1',
                self.env._("No credit rule holds an order: everything passes."),
                self.env._("Set at least \"Credit limit exceeded\" to Hold."),
                action,
            )
        elif 'credit_limit' not in general or general['credit_limit'].outcome == 'none':
            yield (
                '2',
                self.env._("The credit limit is not checked."),
                self.env._("Set the rule \"Credit limit exceeded\" to Hold or Warn."),
                action,
            )
        if company.ar_default_limit_policy == 'skip':
            count = self._count_unlimited(company)
            if count:
                yield (
                    '3',
                    self.env._("%s customers have no limit and are not checked against one.", count),
                    self.env._("Grant limits, or set a limit for customers without one in the settings."),
                    'ar_base.ar_credit_account_action',
                )
        bounds = self.env['ar.credit.grade'].search([]).sorted('sequence').mapped('min_score')
        if bounds != sorted(bounds, reverse=True):
            yield (
                '1',
                self.env._("A worse grade requires a higher score than a better one."),
                self.env._("Correct \"From Score\" of the grades."),
                'ar_base.ar_credit_grade_action',
            )

    def _count_unlimited(self, company):
        return (
            self.env['ar.credit.account']
            .sudo()
            .search_count(
                [('company_id', '=', company.id), ('limit_decided', '=', False), ('group_id', '=', False)]
            )
        )

    def _check_accounts(self, company):
        if (
            not self.env['account.account']
            .sudo()
            .with_company(company)
            .search_count([('ar_is_receivable', '=', True), ('company_ids', 'in', company.id)], limit=1)
        ):
            yield (
                '1',
                self.env._("%s has no receivable account: install a chart of accounts.", company.name),
                self.env._("Choose a fiscal localization."),
                'account.action_account_config',
            )
        if company.account_use_credit_limit:
            yield (
                '3',
                self.env._(
                    "Odoo's own sales credit limit is switched on as well; credit control decides, and "
                    "silences its banner where it has a limit."
                ),
                self.env._("Switch it off in the settings of Accounting."),
                'account.action_account_config',
            )
        if native := len(self.env['ar.credit.account']._untaken_limits(company)):
            yield (
                '2',
                self.env._("%s credit limits of contacts have not been taken over.", native),
                self.env._("Take them over: Odoo's own limits do not count."),
                'ar_credit_control.action_take_over_native_limits',
            )
        limits, reviews = (
            self._count_expired(company, 'limit_valid_until'),
            self._count_expired(company, 'file_valid_until'),
        )
        if limits:
            yield (
                '2',
                self.env._("%s credit limits have expired.", limits),
                self.env._("Open the credit files and renew them."),
                'ar_base.ar_credit_account_action',
            )
        if reviews:
            yield (
                '2',
                self.env._("%s reviews are overdue.", reviews),
                self.env._("Open the credit files and renew them."),
                'ar_base.ar_credit_account_action',
            )
        empty = (
            self.env['ar.credit.group']
            .sudo()
            .search([('company_id', '=', company.id), ('account_ids', '=', False)])
        )
        if empty:
            yield (
                '3',
                self.env._("Credit groups without members: %s", ', '.join(empty.mapped('name'))),
                self.env._("Choose the group in the customers' credit files."),
                'ar_credit_control.ar_credit_group_action',
            )

    def _count_expired(self, company, field):
        return (
            self.env['ar.credit.account']
            .sudo()
            .search_count([('company_id', '=', company.id), (field, '<', fields.Date.context_today(self))])
        )

    def _check_jobs(self):
        for name in ('ir_cron_recheck', 'ir_cron_recheck_all', 'ir_cron_daily'):
            job = self.env.ref(f'ar_credit_control.{name}', raise_if_not_found=False)
            if not job or not job.sudo().active:
                yield (
                    '1',
                    self.env._(
                        "A scheduled job of credit control is switched off: orders are not released "
                        "automatically, or reminders are not sent."
                    ),
                    self.env._("Switch it on under Scheduled Actions."),
                    'base.ir_cron_act',
                )
            elif job.sudo().nextcall < fields.Datetime.now() - timedelta(days=2):
                yield (
                    '2',
                    self.env._("Scheduled jobs have not run for two days."),
                    self.env._("Ask your server administrator."),
                    'base.ir_cron_act',
                )

    def action_open(self):
        """Open the place where the finding is mended."""
        self.ensure_one()
        return self.env['ir.actions.actions']._for_xml_id(self.sudo().action_xmlid)
