from datetime import timedelta

from odoo import api, fields, models, tools
from odoo.exceptions import AccessError

from ..rules.finding import Finding


class ArHealthCheck(models.TransientModel):
    """Says of everything that is to be set up whether it is in order, and opens or mends what is not.

    One line for each finding, and one for each check without any. An addon adds its checks to ``_checks``;
    the check ``code`` is its method ``_check_<code>(company)``, which yields a ``Finding`` for each fault,
    and may have a ``_mend_<code>(company)``, which sets it right. Both run as superuser, for a main company.
    """

    _name = 'ar.health.check'
    _description = "Set-up Check"
    _inherit = ['ar.health.customer.mixin']
    _order = 'severity, sequence, id'

    severity = fields.Selection(
        [('1', "Problem"), ('2', "Warning"), ('3', "Hint"), ('9', "In Order")], "Result", required=True
    )
    code = fields.Char(required=True)
    sequence = fields.Integer()
    check = fields.Char("What Is Checked")
    name = fields.Char("Finding")
    remedy = fields.Char("What to Do")
    action_xmlid = fields.Char()
    action_domain = fields.Char()
    mends = fields.Boolean()

    # === The table of checks ===

    @api.model
    def _checks(self):
        """Hook: return {code: label} of everything that is checked, in the order of the screen."""
        return {
            'people': self.env._("Somebody decides on each kind of request"),
            'four_eyes': self.env._("Two people decide"),
            'matrix': self.env._("Approval matrix"),
            'receivable_accounts': self.env._("Receivable accounts"),
            'grades': self.env._("Credit grades"),
            'mail_server': self.env._("Outgoing mail server"),
            'sender': self.env._("Sender address of the company"),
            'bank': self.env._("Bank account on letters"),
            'files': self.env._("Customers who owe have a credit file"),
            'customer_grade': self.env._("Customers who owe have a grade"),
            'collector': self.env._("Customers who owe have a collector"),
            'reach': self.env._("Customers who owe can be reached"),
            'waiting_mail': self.env._("Statements and confirmations leave in time"),
            'snapshot': self.env._("Aging is frozen each month"),
            'closed_days': self.env._("Closed days"),
            'jobs': self.env._("Scheduled jobs"),
        }

    # === Running them ===

    @api.model
    def action_check(self):
        """Look at the current company's set-up and open the list of what was found.

        :raise AccessError: the user is no receivables manager.
        """
        if not self.env.user.has_group('ar_base.group_manager'):
            raise AccessError(self.env._("The set-up check is for receivables managers."))
        self.sudo().search([('create_uid', '=', self.env.uid)]).unlink()
        self._look(list(self._checks()))
        return {
            'type': 'ir.actions.act_window',
            'res_model': self._name,
            'view_mode': 'list,kanban',
            'name': self.env._("Set-up Check"),
            'domain': [('create_uid', '=', self.env.uid)],
        }

    @api.model
    def _look(self, codes):
        """Create the lines of these checks."""
        labels = self._checks()
        lines = []
        for sequence, code in enumerate(labels):
            if code in codes:
                known = {'code': code, 'sequence': sequence, 'check': labels[code]}
                found = list(self._run_check(code))
                lines += [{**known, **self._line_values(finding)} for finding in found]
                lines += [] if found else [{**known, 'severity': '9'}]
        return self.sudo().create(lines)

    @api.model
    def _run_check(self, code):
        company = self.env.company.root_id.sudo()
        return getattr(self.sudo().with_company(company), f'_check_{code}')(company)

    @api.model
    def _line_values(self, finding):
        remedy, is_admin = finding.remedy, self.env.user.has_group('base.group_system')
        if finding.admin and not is_admin:
            remedy = self.env._("%(what)s Ask an administrator: %(who)s.", what=remedy, who=self._admins())
        may_open = finding.action and (is_admin or not finding.admin)
        return {
            'severity': finding.severity,
            'name': finding.text,
            'remedy': remedy,
            'action_xmlid': finding.action if may_open else False,
            'action_domain': repr(list(finding.domain)) if finding.domain else False,
            'mends': finding.mends,
        }

    @api.model
    def _admins(self):
        people = self.env.company._ar_people('base.group_system')
        return ', '.join(people[:3].mapped('name')) or self.env._("none is left")

    @api.model
    def _summary(self):
        """Return how many problems and warnings the current company has: {severity: count}."""
        found = [finding.severity for code in self._checks() for finding in self._run_check(code)]
        return {severity: found.count(severity) for severity in ('1', '2', '3')}

    # === Buttons ===

    def action_open(self):
        """Open the place where the finding is mended."""
        self.ensure_one()
        if not self.action_xmlid:
            return False
        action = self.env['ir.actions.actions']._for_xml_id(self.action_xmlid)
        if self.action_domain:
            action.update(domain=self.action_domain, context={'active_test': False})
        return action

    def action_mend(self):
        """Set right what the check found, where that needs no decision, and look again.

        :raise AccessError: the user is no receivables manager.
        """
        self.ensure_one()
        if not self.env.user.has_group('ar_base.group_manager'):
            raise AccessError(self.env._("The set-up check is for receivables managers."))
        if not self.mends or self.code not in self._checks():
            return False
        company = self.env.company.root_id.sudo()
        result = getattr(self.sudo().with_company(company), f'_mend_{self.code}')(company)
        return result or self.action_look_again()

    def action_look_again(self):
        """Look again at what this line is about."""
        self.ensure_one()
        code, model = self.code, self.env[self._name]
        self.sudo().search([('create_uid', '=', self.env.uid), ('code', '=', code)]).unlink()
        model._look([code])
        return {'type': 'ir.actions.client', 'tag': 'soft_reload'}

    # === People ===

    def _check_people(self, company):
        Rule = self.env['ar.approval.rule']
        labels = dict(Rule._fields['kind']._description_selection(self.env))
        for role in sorted(Rule._roles()):
            kinds = ', '.join(label for kind, label in labels.items() if Rule._role(kind) == role)
            people, name = company._ar_people(role), self.env.ref(role).name
            users = {'action': 'base.action_res_users', 'admin': True}
            if not people:
                text = self.env._(
                    "Nobody in %(company)s has the role \"%(role)s\": what waits for it waits for ever "
                    "(%(kinds)s).",
                    company=company.name,
                    role=name,
                    kinds=kinds,
                )
                yield Finding('1', text, self.env._("Give a user the role \"%s\".", name), **users)
            elif len(people) == 1 and company.ar_four_eyes:
                text = self.env._(
                    "%(user)s alone has the role \"%(role)s\", and the four-eyes rule is on: nobody decides "
                    "on that person's requests (%(kinds)s).",
                    user=people.name,
                    role=name,
                    kinds=kinds,
                )
                remedy = self.env._("Give a second user the role \"%s\".", name)
                yield Finding('2', text, remedy, **users)

    def _check_four_eyes(self, company):
        if text := company._ar_one_person_text():
            yield Finding(
                '1', text, self.env._("Switch the four-eyes rule on before real work begins."), mends=True
            )

    def _mend_four_eyes(self, company):
        company.ar_four_eyes = True

    def _check_matrix(self, company):
        lines = self.env['ar.approval.rule'].search([('company_id', '=', company.id)])
        action = 'ar_base.ar_approval_rule_action'
        for line in lines:
            if not line.user_ids.filtered('active'):
                yield Finding(
                    '1',
                    self.env._("A line of the approval matrix lists only people who have left."),
                    self.env._("Name someone else."),
                    action,
                    [('id', '=', line.id)],
                )
        if not lines and self.env['ar.approval.rule']._fields['kind'].get_values(self.env):
            yield Finding(
                '3',
                self.env._("The approval matrix is empty: anyone with the role decides on any amount."),
                self.env._("Say from which amount on somebody else decides."),
                action,
            )

    # === The company ===

    def _check_receivable_accounts(self, company):
        if not company._ar_receivable_accounts():
            yield Finding(
                '1',
                self.env._("%s has no receivable account: install a chart of accounts.", company.name),
                self.env._("Choose a fiscal localization."),
                'account.action_account_config',
                admin=True,
            )

    def _check_grades(self, company):
        bounds = self.env['ar.credit.grade'].search([]).sorted('sequence').mapped('min_score')
        if bounds != sorted(bounds, reverse=True):
            yield Finding(
                '1',
                self.env._("A worse grade requires a higher score than a better one."),
                self.env._("Correct \"From Score\" of the grades."),
                'ar_base.ar_credit_grade_action',
            )

    def _check_mail_server(self, company):
        place = {'action': 'base.action_ir_mail_server_list', 'admin': True}
        configured = tools.config.get('smtp_server') not in (False, None, '', 'localhost')
        if not configured and not self.env['ir.mail_server'].search_count([], limit=1):
            yield Finding(
                '1',
                self.env._("No outgoing mail server is set up: nothing that is mailed leaves the house."),
                self.env._("Set up an outgoing mail server and test its connection."),
                **place,
            )

    def _check_sender(self, company):
        if not tools.email_normalize(company.email or ''):
            yield Finding(
                '1',
                self.env._("%s has no e-mail address: letters and statements have no sender.", company.name),
                self.env._("Enter the e-mail address of the company."),
                'base.action_res_company_form',
                [('id', '=', company.id)],
                admin=True,
            )

    def _check_bank(self, company):
        if not company.partner_id.bank_ids:
            yield Finding(
                '2',
                self.env._("%s has no bank account: letters do not say where to pay.", company.name),
                self.env._("Enter the bank account of the company."),
                'account.action_account_journal_form',
                [('type', '=', 'bank'), ('company_id', '=', company.id)],
                admin=True,
            )

    def _check_waiting_mail(self, company):
        for wait in self.env['ar.delivery']._waits([('company_id', 'child_of', company.id)]):
            if wait.is_trouble:
                yield Finding('1', wait.text, wait.remedy, 'ar_base.ar_delivery_action', wait.domain)

    def _check_snapshot(self, company):
        if not company.ar_snapshot_monthly:
            yield Finding(
                '3',
                self.env._("The aging of the month's end is not frozen: later entries change the past."),
                self.env._("Freeze the aging monthly."),
                mends=True,
            )

    def _mend_snapshot(self, company):
        company.ar_snapshot_monthly = True

    def _check_closed_days(self, company):
        today = fields.Date.context_today(self)
        entered = [('company_id', '=', company.id), ('date_to', '>=', today)]
        if not self.env['ar.closed.day'].search_count(entered, limit=1):
            yield Finding(
                '3',
                self.env._("No closed days are entered from today on: letters go out on public holidays."),
                self.env._("Enter the public holidays of this and the next year."),
                'ar_base.ar_closed_day_action',
            )

    # === Jobs ===

    def _jobs(self):
        """Return the scheduled jobs of the suite, switched off ones too."""
        known = self.env['ir.model.data'].search([('model', '=', 'ir.cron'), ('module', '=like', 'ar\\_%')])
        return self.env['ir.cron'].with_context(active_test=False).browse(known.mapped('res_id')).exists()

    def _check_jobs(self, company):
        jobs = self._jobs()
        if off := jobs.filtered(lambda job: not job.active):
            yield Finding(
                '1',
                self.env._("Scheduled jobs are switched off: %s", '; '.join(off.mapped('name'))),
                self.env._("Switch them on."),
                mends=True,
            )
        on = jobs - off
        if failed := on.filtered('failure_count'):
            yield Finding(
                '1',
                self.env._("Scheduled jobs failed: %s", '; '.join(failed.mapped('name'))),
                self.env._("Run them again; if they fail again, look at the server's log."),
                'base.ir_cron_act',
                [('id', 'in', failed.ids)],
                admin=True,
                mends=True,
            )
        late = fields.Datetime.now() - timedelta(days=2)
        if (on - failed).filtered(lambda job: job.nextcall < late):
            yield Finding(
                '2',
                self.env._("Scheduled jobs have not run for two days."),
                self.env._("Start the server's scheduler (--max-cron-threads)."),
                'base.ir_cron_act',
                admin=True,
            )

    def _mend_jobs(self, company):
        jobs = self._jobs()
        jobs.filtered(lambda job: not job.active).active = True
        for job in jobs.filtered('failure_count'):
            job._trigger()
