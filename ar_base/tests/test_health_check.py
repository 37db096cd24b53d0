from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from .common import AgingCommon
from .common_health import HealthCommon


@tagged('post_install', '-at_install')
class TestHealthCheck(HealthCommon, AgingCommon):
    """Every line of the set-up check: red by a planted fault, green after its button or in its place."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin = cls.env.ref('base.user_admin')
        cls.admin.write(
            {'company_ids': [Command.link(cls.company.id)], 'company_id': cls.company.id, 'lang': 'en_US'}
        )
        cls.owing = cls._customer("Owes", email='owes@example.com')
        cls.invoice = cls._invoice(100, due='2024-01-31', partner=cls.owing)

    def test_only_managers_look_and_mend(self):
        controller = self._user('controller')
        with self.assertRaises(AccessError):
            self.env['ar.health.check'].with_user(controller).action_check()
        self.company.ar_snapshot_monthly = False
        line = self.assertRed('snapshot')
        with self.assertRaises(AccessError):
            line.with_user(controller).action_mend()
        self.assertFalse(self.company.ar_snapshot_monthly)

    def test_every_check_has_a_method_and_every_line_a_remedy(self):
        Check = self.env['ar.health.check'].with_user(self.manager)
        lines = Check.search(Check.action_check()['domain'])
        self.assertEqual(set(lines.mapped('code')), set(Check._checks()))
        for line in lines.filtered(lambda line: line.severity != '9'):
            self.assertTrue(line.name and line.remedy and line.check)
            if line.action_xmlid:
                self.assertTrue(line.action_open()['res_model'])

    def test_lines_of_others_are_not_shown(self):
        other = self._user('other_manager', 'ar_base.group_manager')
        mine = self._lines('snapshot')
        theirs = self._lines('snapshot', other)
        self.assertFalse(mine & theirs)
        self.assertTrue(mine.exists())

    def test_people(self):
        self.company.ar_four_eyes = True
        main = self.env.ref('base.main_company')
        for role in self.env['ar.approval.rule']._roles():
            others = self.company._ar_people(role) - self.manager
            others.write(
                {
                    'company_ids': [Command.link(main.id), Command.unlink(self.company.id)],
                    'company_id': main.id,
                }
            )
        # The manager is the only one left.
        self.assertRed('people', self.manager.name, "second user", "Ask an administrator", severity='2')
        self._user('second_manager', 'ar_base.group_manager')
        self.assertGreen('people')

    def test_administrators_open_what_is_theirs(self):
        self.env['ir.mail_server'].search([]).active = False
        self.assertFalse(self.assertRed('mail_server', "Ask an administrator").action_xmlid)
        self.assertOpens('mail_server', model='ir.mail_server', user=self.admin)
        self.env['ir.mail_server'].create({'name': "Out", 'smtp_host': 'mail.example.com'})
        self.assertGreen('mail_server')

    def test_four_eyes(self):
        self.company.ar_four_eyes = False
        self.assertMends('four_eyes', "switched off")
        self.assertTrue(self.company.ar_four_eyes)

    def test_receivable_accounts(self):
        self.assertGreen('receivable_accounts')
        bare = self.env['res.company'].create({'name': "Bare"})
        self.manager.write({'company_ids': [Command.link(bare.id)], 'company_id': bare.id})
        self.assertRed('receivable_accounts', "Bare", severity='1')

    def test_grades(self):
        worst = self.env.ref('ar_base.grade_e')
        self.assertGreen('grades')
        worst.min_score = 99
        self.assertOpens('grades', "worse grade", model='ar.credit.grade')
        worst.min_score = 0
        self.assertGreen('grades')

    def test_sender(self):
        self.company.email = False
        self.assertOpens('sender', "no sender", model='res.company', user=self.admin)
        self.company.email = 'office@example.com'
        self.assertGreen('sender')

    def test_bank(self):
        self.company.partner_id.bank_ids.active = False
        self.assertOpens('bank', "where to pay", model='account.journal', user=self.admin)
        self.env['res.partner.bank'].create(
            {'acc_number': 'DE89370400440532013000', 'partner_id': self.company.partner_id.id}
        )
        self.assertGreen('bank')

    def test_files_of_those_who_owe(self):
        before = self._customer("Owed before", email='before@example.com')
        self.env.flush_all()
        # As an invoice that was posted before the suite was installed.
        query = "UPDATE account_move_line SET partner_id = %s WHERE move_id = %s"
        self.env.cr.execute(query, [before.id, self.invoice.id])
        self.env.invalidate_all()
        self.assertMends('files', "1 customers owe")
        account = self.env['ar.credit.account'].search([('partner_id', '=', before.id)])
        self.assertTrue(account)
        action = self.assertOpens('customer_grade', "no grade", model='ar.credit.account')
        self.assertIn(account, account.search(safe_eval(action['domain'])))
        account.sudo().grade_id = self.env.ref('ar_base.grade_e')
        self.assertGreen('customer_grade')

    def test_collector(self):
        account = self._account(self.owing)
        self.assertOpens('collector', "no collector", model='ar.credit.account')
        account.collector_id = self.manager
        self.assertGreen('collector')

    def test_reach(self):
        self.owing.email = False
        action = self.assertOpens('reach', "neither e-mail nor login", model='res.partner')
        self.assertEqual(self.env['res.partner'].search(safe_eval(action['domain'])), self.owing)
        person = self.env['res.partner'].create({'name': "Clerk", 'parent_id': self.owing.id})
        self._portal_user('clerk', person, email='clerk@example.com')
        self.assertGreen('reach')

    def test_who_has_paid_is_not_looked_at(self):
        self._account(self.owing)
        self.assertRed('collector')
        self._pay(self.invoice)
        self.assertGreen('collector')

    def test_snapshot(self):
        self.company.ar_snapshot_monthly = False
        self.assertMends('snapshot', "not frozen")
        self.assertTrue(self.company.ar_snapshot_monthly)

    def test_closed_days(self):
        self.env['ar.closed.day'].search([('company_id', '=', self.company.id)]).unlink()
        self.assertOpens('closed_days', "public holidays", model='ar.closed.day')
        today = fields.Date.today()
        self.env['ar.closed.day'].create(
            {'name': "Holiday", 'company_id': self.company.id, 'date_from': today + timedelta(days=3)}
        )
        self.assertGreen('closed_days')

    def test_jobs_that_are_off(self):
        job = self.env.ref('ar_base.ir_cron_dispute')
        self.env['ar.health.check']._jobs().nextcall = fields.Datetime.now()
        job.active = False
        self.assertMends('jobs', "switched off", job.name)
        self.assertTrue(job.active)

    def test_jobs_that_failed(self):
        self.env['ar.health.check']._jobs().nextcall = fields.Datetime.now()
        job = self.env.ref('ar_base.ir_cron_dispute')
        self.env.flush_all()
        self.env.cr.execute("UPDATE ir_cron SET failure_count = 2 WHERE id = %s", [job.id])
        job.invalidate_recordset()
        line = self.assertRed('jobs', "failed", job.name)
        triggers = self.env['ir.cron.trigger'].search_count([('cron_id', '=', job.id)])
        line.action_mend()
        self.assertEqual(self.env['ir.cron.trigger'].search_count([('cron_id', '=', job.id)]), triggers + 1)
        with self.enter_registry_test_mode():
            job.method_direct_trigger()
        self.env.cr.execute("UPDATE ir_cron SET failure_count = 0 WHERE id = %s", [job.id])
        job.invalidate_recordset()
        self.assertGreen('jobs')

    def test_jobs_that_nobody_starts(self):
        jobs = self.env['ar.health.check']._jobs()
        jobs.write({'nextcall': fields.Datetime.now(), 'active': True})
        self.assertGreen('jobs')
        jobs[0].nextcall = fields.Datetime.now() - timedelta(days=3)
        self.assertOpens('jobs', "two days", model='ir.cron', user=self.admin)

    def test_other_people_mend_nothing_by_a_forged_line(self):
        self.company.ar_snapshot_monthly = False
        with self.assertRaises(AccessError):
            self.env['ar.health.check'].with_user(self.manager).create(
                {'severity': '1', 'code': 'jobs', 'mends': True}
            )
        line = self.assertRed('snapshot')
        with self.assertRaises(AccessError):
            line.write({'code': 'four_eyes'})
