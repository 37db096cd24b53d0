from odoo import api, fields, models
from odoo.exceptions import AccessError

PANEL = 'ar_base.onboarding_receivables'


class OnboardingOnboardingStep(models.Model):
    """The first steps of Receivables: what each sets up. Done once the set-up check finds no fault.

    An addon adds its steps as data of the panel ``ar_base.onboarding_receivables``: ``ar_checks`` names the
    lines of the set-up check that belong to it, ``panel_step_open_action_name`` a method of this model that
    returns the action of its place.
    """

    _inherit = 'onboarding.onboarding.step'

    ar_checks = fields.Char("Lines of the Set-up Check", help="Codes, comma separated.")
    ar_state = fields.Selection(
        [('open', "To Do"), ('done', "Done"), ('skipped', "Skipped")], "State", compute='_compute_ar_state'
    )
    ar_findings = fields.Text("Still Missing", compute='_compute_ar_state')

    @api.depends('ar_checks')
    @api.depends_context('company', 'lang')
    def _compute_ar_state(self):
        Check = self.env['ar.health.check']
        known = Check._checks()
        for step in self:
            codes = [code for code in (step.ar_checks or '').split(',') if code in known]
            found = [f for code in codes for f in Check._run_check(code) if f.severity in ('1', '2')]
            passed = step.sudo().current_step_state in ('done', 'just_done')
            step.ar_findings = '\n'.join(finding.text for finding in found)
            step.ar_state = 'skipped' if passed and found else 'done' if passed or not found else 'open'

    @api.model
    def _ar_check_manager(self):
        if not self.env.user.has_group('ar_base.group_manager'):
            raise AccessError(self.env._("Receivables are set up by receivables managers."))

    @api.model
    def _ar_panel(self):
        return self.env.ref(PANEL).sudo()

    @api.model
    def _ar_first_steps(self):
        """Return the action of the first steps; False once they were closed in this company."""
        panel = self._ar_panel()
        panel._search_or_create_progress()
        return not panel.is_onboarding_closed and self.action_ar_first_steps()

    def action_ar_first_steps(self):
        """Open the first steps, closed or not."""
        self._ar_check_manager()
        return self.env['ir.actions.act_window']._for_xml_id('ar_base.ar_first_steps_action')

    def action_ar_open(self):
        """Open the place of the step."""
        self.ensure_one()
        self._ar_check_manager()
        step = self.sudo()
        name = step.panel_step_open_action_name
        if self._ar_panel() not in step.onboarding_ids or not name.startswith('action_ar_'):
            return False
        return getattr(self, name)()

    def action_ar_skip(self):
        """Count the step as passed in this company; it can still be opened."""
        self._ar_check_manager()
        steps = self.sudo().filtered(lambda step: self._ar_panel() in step.onboarding_ids)
        self._ar_panel()._search_or_create_progress()
        steps.action_set_just_done()
        return True

    def action_ar_close(self):
        """Close the first steps in this company: from now on the app opens on the key figures."""
        self._ar_check_manager()
        panel = self._ar_panel()
        panel._search_or_create_progress()
        panel.action_close()
        return self.env['ar.home'].action_open()

    # === The places ===

    @api.model
    def _ar_place(self, xmlid, **values):
        return {**self.env['ir.actions.actions']._for_xml_id(xmlid), **values}

    def action_ar_company(self):
        company = self.env.company.root_id
        return self._ar_place('base.action_res_company_form', views=[(False, 'form')], res_id=company.id)

    def action_ar_people(self):
        """The table of duties says who does what; users are an administrator's."""
        is_admin = self.env.user.has_group('base.group_erp_manager')
        return self._ar_place('base.action_res_users' if is_admin else 'ar_base.ar_duty_action')

    def action_ar_settings(self):
        return self._ar_place('ar_base.res_config_settings_action')

    def action_ar_check(self):
        return self.env['ar.health.check'].action_check()
