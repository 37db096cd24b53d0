from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .common import ReceivablesCommon


@tagged('post_install', '-at_install')
class TestHome(ReceivablesCommon):
    """The first screen is that of the role; a manager's are the first steps until they are closed."""

    def _home(self, user):
        return self.env['ar.home'].with_user(user).action_open()

    def _step(self, user, name):
        return self.env.ref(f'ar_base.onboarding_step_{name}').with_user(user)

    def test_each_role_has_its_own(self):
        homes = self.env['ar.home']._homes()
        for role in ('accountant', 'controller', 'collector', 'viewer'):
            action = self._home(self._user(role))
            self.assertEqual(action['id'], self.env.ref(homes[role]).id, role)
            self.assertTrue(
                self.env[action['res_model']]
                .with_user(self._user(f'{role}2', f'ar_base.group_{role}'))
                .has_access('read')
            )

    def test_the_app_opens_it(self):
        menu = self.env.ref('ar_base.menu_root')
        self.assertEqual(menu.action, self.env.ref('ar_base.ar_home_action'))
        viewer = self._user('viewer')
        action = self.env.ref('ar_base.ar_home_action').with_user(viewer).run()
        self.assertEqual(action['res_model'], self._home(viewer)['res_model'])

    def test_who_has_no_role_gets_nothing(self):
        self.assertFalse(self._home(self._user('nobody', 'base.group_user')))

    def test_first_steps_until_they_are_closed(self):
        manager = self._user('manager')
        self.assertEqual(self._home(manager)['res_model'], 'onboarding.onboarding.step')
        after = self.env['onboarding.onboarding.step'].with_user(manager).action_ar_close()
        self.assertEqual(after['id'], self.env.ref(self.env['ar.home']._homes()['manager']).id)
        self.assertEqual(self._home(manager)['id'], after['id'])
        other = self.env['res.company'].create({'name': "Another"})
        manager.write({'company_ids': [Command.link(other.id)], 'company_id': other.id})
        self.assertEqual(self._home(manager)['res_model'], 'onboarding.onboarding.step')

    def test_a_step_is_done_once_nothing_is_missing(self):
        manager = self._user('manager')
        self.company.email = False
        self.company.partner_id.bank_ids.active = False
        step = self._step(manager, 'company')
        self.assertEqual(step.ar_state, 'open')
        self.assertIn("no e-mail address", step.ar_findings)
        self.company.email = 'office@example.com'
        self.env['res.partner.bank'].create(
            {'acc_number': 'DE89370400440532013000', 'partner_id': self.company.partner_id.id}
        )
        step.invalidate_recordset()
        self.assertEqual((step.ar_state, step.ar_findings), ('done', ''))

    def test_a_step_can_be_skipped_and_says_so(self):
        manager = self._user('manager')
        self.company.email = False
        step = self._step(manager, 'company')
        step.action_ar_skip()
        step.invalidate_recordset()
        self.assertEqual(step.ar_state, 'skipped')

    def test_every_step_opens_its_place(self):
        manager = self._user('manager')
        panel = self.env.ref('ar_base.onboarding_receivables')
        self.assertGreaterEqual(len(panel.step_ids), 4)
        for step in panel.step_ids.with_user(manager):
            self.assertTrue(step.description)
            self.assertIn(step.action_ar_open()['type'], ('ir.actions.act_window', 'ir.actions.client'))
            known = set(self.env['ar.health.check']._checks())
            self.assertLessEqual(set(step.ar_checks.split(',')), known)

    def test_nobody_else_opens_skips_or_closes(self):
        controller = self._user('controller')
        step = self._step(controller, 'company').sudo().with_user(controller)
        for method in ('action_ar_open', 'action_ar_skip', 'action_ar_close'):
            with self.assertRaises(AccessError):
                getattr(step, method)()

    def test_a_forged_step_runs_nothing_else(self):
        """An administrator who edits a step does not make a manager run another method."""
        step = self.env.ref('ar_base.onboarding_step_company')
        step.panel_step_open_action_name = 'unlink'
        self.assertFalse(step.with_user(self._user('manager')).action_ar_open())
        self.assertTrue(step.exists())
