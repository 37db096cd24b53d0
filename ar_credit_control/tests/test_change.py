from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import CreditCommon


@tagged('post_install', '-at_install')
class TestChange(CreditCommon):
    """A change of credit is asked for, approved by somebody else, applied, and kept."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Date.context_today(cls.account)
        cls.second = cls._user('second', 'ar_base.group_controller')

    def _change(self, user=None, **values):
        return (
            self.env['ar.credit.change']
            .with_user(user or self.controller)
            .create({'credit_account_id': self.account.id, 'reason': "Parent guarantees", **values})
        )

    def test_from_draft_to_applied(self):
        self.account.credit_limit = 100
        self._order(150).action_confirm_with_credit()
        change = self._change(change_limit=True, new_limit=500, valid_until=self.today + timedelta(days=30))
        change.action_submit()
        self.assertEqual((change.state, self.account.credit_limit), ('submitted', 100))
        with self.assertRaisesRegex(AccessError, "own request"):
            change.with_user(self.controller).action_approve()
        change.with_user(self.second).action_approve("Seen the guarantee")
        self.assertEqual((change.state, change.decided_by, change.old_limit), ('applied', self.second, 100))
        self.assertEqual(
            (self.account.credit_limit, self.account.limit_valid_until), (500, change.valid_until)
        )
        self.assertIn(
            f'{self.account.currency_id.format(100)} → {self.account.currency_id.format(500)}', change.summary
        )
        self._run_recheck()
        self.assertEqual(self.account.decision_ids.mapped('state'), ['auto_released'])

    def test_nobody_applies_without_approval_or_forges_one(self):
        change = self._change(change_limit=True, new_limit=500)
        for write in (
            {'state': 'approved'},
            {'decided_by': self.second.id},
            {'approver_ids': [fields.Command.clear()]},
            {'requested_by': self.second.id},
        ):
            with self.subTest(write), self.assertRaises(AccessError):
                change.write(write)
        with self.assertRaises(UserError):
            change.action_apply()
        change.action_submit()
        with self.assertRaises(UserError):
            change.new_limit = 10**6
        for forged in ({'state': 'approved'}, {'requested_by': self.second.id}, {'old_limit': 7}):
            with self.subTest(forged), self.assertRaises(AccessError):
                self._change(change_limit=True, new_limit=500, **forged)
        with self.assertRaises(AccessError):
            self._change(user=self.viewer, change_limit=True, new_limit=500)
        with self.assertRaises(AccessError):
            change.with_user(self.viewer).action_approve()

    def test_reject_and_cancel_change_nothing(self):
        change = self._change(change_limit=True, new_limit=500)
        change.action_submit()
        change.with_user(self.second).action_reject("Too much")
        other = self._change(change_limit=True, new_limit=500)
        other.action_submit()
        other.action_cancel()
        self.assertEqual(
            ((change | other).mapped('state'), self.account.limit_decided), (['rejected', 'cancelled'], False)
        )
        with self.assertRaises(UserError):
            other.unlink()

    def test_incomplete_change_names_what_is_missing(self):
        for values in ({}, {'change_limit': True, 'new_limit': 5, 'reason': ' '}):
            with self.subTest(values), self.assertRaises(ValidationError):
                self._change(**values).action_submit()

    def test_temporary_limit_reverts_by_itself(self):
        self.account.credit_limit = 100
        change = self._change(
            change_temp=True, temp_limit=900, temp_from=self.today, temp_until=self.today + timedelta(days=3)
        )
        change.action_submit()
        change.with_user(self.second).action_approve()
        limit = self.account._credit_effective_limit
        self.assertEqual([limit(self.today + timedelta(days=n)) for n in (-1, 0, 3, 4)], [100, 900, 900, 100])
        self.assertEqual(self.account.effective_limit, 900)

    def test_applies_on_its_day(self):
        change = self._change(change_limit=True, new_limit=500, apply_on=self.today + timedelta(days=1))
        change.action_submit()
        change.with_user(self.second).action_approve()
        self.env['ar.credit.change']._cron_changes()
        self.assertEqual((change.state, self.account.credit_limit), ('approved', 0))
        change.sudo()._record_facts({'apply_on': self.today})
        self.env['ar.credit.change']._cron_changes()
        self.assertEqual((change.state, self.account.credit_limit), ('applied', 500))

    def test_grade_shows_its_policy_before_anything_is_written(self):
        grade = self.env.ref('ar_base.grade_d')
        change = self.env['ar.credit.change'].with_user(self.controller)
        with Form(change.with_context(default_credit_account_id=self.account.id)) as form:
            form.change_grade = True
            form.new_grade_id = grade
            self.assertEqual((form.change_terms, form.new_terms_days), (True, grade.max_terms_days))
            form.reason = "Pays late"
        change = form.record
        self.assertFalse(self.account.grade_id)
        change.action_submit()
        change.with_user(self.second).action_approve()
        self.assertEqual(
            (self.account.grade_id, self.account.terms_days, self.account.file_valid_until),
            (grade, 15, fields.Date.add(self.today, months=3)),
        )

    def test_what_is_entered_directly_leaves_a_trace(self):
        self.account.with_user(self.controller).credit_limit = 300
        self.account.with_user(self.controller).write({'credit_limit': 300})  # nothing changed
        self.account.with_user(self.controller).with_context(credit_change=True).grade_id = self.env.ref(
            'ar_base.grade_a'
        )
        changes = self.account.change_ids.sorted('id')
        self.assertEqual(changes.mapped('origin'), ['direct'] * 2)
        self.assertEqual(changes.mapped('state'), ['applied'] * 2)
        self.assertEqual(
            (changes[0].old_limit, changes[0].new_limit, changes[0].requested_by), (0, 300, self.controller)
        )
        self.assertEqual((changes[1].change_grade, changes[1].change_limit), (True, False))

    def test_by_document_only_where_the_company_wants_it(self):
        self.company.ar_limit_documents = True
        for vals in (
            {'credit_limit': 5},
            {'is_unlimited': True},
            {'grade_id': self.env.ref('ar_base.grade_a').id},
        ):
            with self.subTest(vals), self.assertRaisesRegex(AccessError, "Change Credit"):
                self.account.with_user(self.manager).with_context(credit_change='APPROVED').write(vals)
        change = self._change(change_limit=True, new_limit=500)
        change.action_submit()
        change.with_user(self.second).action_approve()
        self.assertEqual(self.account.credit_limit, 500)

    def test_expiries_of_one_day_become_one_activity(self):
        soon = self.today + timedelta(days=5)
        self.account.write({'credit_limit': 5, 'limit_valid_until': soon})
        self.env['ar.credit.security'].create(
            {'credit_account_id': self.account.id, 'amount': 5, 'name': "P-1", 'valid_until': soon}
        )
        self.env['ar.credit.account']._credit_remind(self.company)
        self.env['ar.credit.account']._credit_remind(self.company)
        self.assertEqual(
            self.account.activity_ids.activity_type_id,
            self.env.ref('ar_credit_control.mail_activity_type_expiry'),
        )
        self.assertEqual(len(self.account.activity_ids), 1)
