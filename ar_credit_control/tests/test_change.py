from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import ChangeCommon


@tagged('post_install', '-at_install')
class TestChange(ChangeCommon):
    """A change of credit is asked for, approved by somebody else, applied, and kept."""

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
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            change.action_apply()
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

    def test_facts_of_a_change_come_from_no_context(self):
        forged = {'default_state': 'approved', 'default_decided_by': self.manager.id, 'default_asked_by': []}
        change = (
            self.env['ar.credit.change']
            .with_user(self.controller)
            .with_context(**forged)
            .create(
                {
                    'credit_account_id': self.account.id,
                    'change_limit': True,
                    'new_limit': 10**7,
                    'reason': "Mine",
                }
            )
        )
        self.assertEqual((change.state, change.decided_by.id), ('draft', False))
        self.assertEqual(change.asked_by, [self.controller.id])

    def test_who_has_a_part_in_the_request_does_not_decide(self):
        third = self._user('third', 'ar_base.group_controller')
        drafted = self._change(self.second, change_limit=True, new_limit=500)
        drafted.with_user(self.controller).action_submit()
        edited = self._change(self.controller, change_limit=True, new_limit=500)
        edited.with_user(self.second).new_limit = 900
        edited.with_user(self.controller).action_submit()
        self.customer.user_id = self.second
        gains = self._change(self.controller, change_limit=True, new_limit=500)
        gains.action_submit()
        for change in (drafted, edited, gains):
            for user in (self.controller, self.second):
                self.assertFalse(change.with_user(user).can_decide)
                with self.assertRaisesRegex(AccessError, "own request"), self.env.cr.savepoint():
                    change.with_user(user).action_approve()
            self.assertNotIn(change.activity_ids.user_id, self.controller | self.second)
            self.assertTrue(change.with_user(third).can_decide)
            self.assertIn(change.activity_ids.user_id.name, change.waits_for)
        drafted.with_user(third).action_approve()

    def test_nobody_left_to_decide_means_that_nobody_decides(self):
        self.env['ar.approval.rule'].create(
            {'company_id': self.company.id, 'kind': 'change', 'min_amount': 0, 'user_ids': self.second.ids}
        )
        change = self._change(change_limit=True, new_limit=500)
        change.action_submit()
        self.assertEqual(change.waits_for, f"Waits for {self.second.name}.")
        self.second.active = False
        self.assertIn("Nobody can decide", change.waits_for)
        for user in (self.manager, self._user('third', 'ar_base.group_controller')):
            with self.assertRaisesRegex(AccessError, "Nobody can decide"), self.env.cr.savepoint():
                change.with_user(user).action_approve()

    def test_the_place_of_somebody_who_asked_is_empty(self):
        deputy = self._user('deputy', 'ar_base.group_controller')
        self.env['ar.approval.rule'].create(
            {
                'company_id': self.company.id,
                'kind': 'change',
                'min_amount': 0,
                'user_ids': (self.controller | self.second).ids,
            }
        )
        for user, delegate in ((self.controller, deputy), (self.second, self.controller)):
            self.env['ar.approval.delegation'].with_user(user).create(
                {'delegate_id': delegate.id, 'date_to': self.today}
            )
        change = self._change(change_limit=True, new_limit=500)
        change.action_submit()
        for user in (self.controller, deputy):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                change.with_user(user).action_approve()
        self.assertEqual(change._approval_deciders(), self.second)

    def test_approved_terms_become_the_customers_payment_terms(self):
        Term = self.env['account.payment.term']
        short, long = (
            Term.create(
                {
                    'name': f"Net {days}",
                    'line_ids': [
                        fields.Command.create({'value': 'percent', 'value_amount': 100, 'nb_days': days})
                    ],
                    'company_id': self.company.id,
                }
            )
            for days in (13, 97)
        )
        branch = self.env['res.company'].create({'name': "Branch", 'parent_id': self.company.id})
        partner = self.customer.with_company(self.company)
        partner.property_payment_term_id = long
        change = self._change(change_terms=True, new_terms_days=13)
        self.assertEqual(change.new_payment_term_id, short)
        change.action_submit()
        change.with_user(self.second).action_approve()
        for company in (self.company, branch):
            self.assertEqual(self.customer.with_company(company).property_payment_term_id, short)
        self.assertEqual(change.old_payment_term_id, long)

    def test_group_and_group_limit_are_changes(self):
        self.account.credit_limit = 0
        Group = self.env['ar.credit.group'].with_user(self.controller)
        group = Group.create({'name': "Group"})
        account = self.account.with_user(self.controller)
        for forged in (
            lambda: Group.create({'name': "Rich", 'credit_limit': 10**8}),
            lambda: Group.with_context(default_credit_limit=10**8).create({'name': "Rich"}),
            lambda: group.write({'credit_limit': 10**8}),
            lambda: group.with_context(credit_change=True).write({'credit_limit': 10**8}),
            lambda: group.write({'account_ids': [fields.Command.link(account.id)]}),
            lambda: account.write({'group_id': group.id}),
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                forged()
        change = self._change(
            change_group=True, new_group_id=group.id, new_group_limit=700, new_mandatory=False
        )
        change.action_submit()
        self.assertEqual(change._approval_amount(), 700)
        self.assertFalse(self.account.group_id)
        change.with_user(self.second).action_approve()
        self.assertEqual((self.account.group_id, group.credit_limit), (group, 700))
        self.assertEqual(self.account._credit_effective_limit(), 700)
        action = group.action_change_limit()
        self.assertEqual(action['context']['default_new_group_limit'], 700)

    def test_the_remaining_credit_of_an_order_is_released_by_a_second_person(self):
        self.account.credit_limit = 100
        order = self._order(80)
        order.action_confirm()
        action = order.with_user(self.controller).action_release_remainder()
        self.assertFalse(order.credit_remainder_released)
        change = (
            self.env['ar.credit.change']
            .with_user(self.controller)
            .with_context(**action['context'])
            .create({'reason': "Will not ship"})
        )
        change.action_submit()
        self.assertEqual((change._approval_kind(), change._approval_amount()), ('remainder', 80))
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            change.action_approve()
        change.with_user(self.second).action_approve()
        self.assertTrue(order.credit_remainder_released)
        other = self.env['res.partner'].create({'name': "Other", 'is_company': True})
        with self.assertRaisesRegex(ValidationError, "another customer"), self.env.cr.savepoint():
            self._change(order_id=self._order(5, partner=other).id)
        order.action_cancel()
        with self.assertRaisesRegex(UserError, "keeps a request about it"), self.env.cr.savepoint():
            order.unlink()

    def test_a_withdrawn_limit_needs_the_highest_approval(self):
        self.account.credit_limit = 100
        self.company.ar_default_limit_policy = 'skip'
        action = self.account.with_user(self.controller).action_withdraw_limit()
        change = (
            self.env['ar.credit.change']
            .with_user(self.controller)
            .with_context(**action['context'])
            .create({'reason': "As everybody"})
        )
        self.assertEqual(change._approval_amount(), 10**15)
        change.action_submit()
        change.with_user(self.second).action_approve()
        self.assertEqual((self.account.limit_decided, self.account.credit_limit), (False, 0))

    def test_one_person_may_decide_in_sight_only(self):
        self.company.ar_four_eyes = False
        change = self._change(change_limit=True, new_limit=500)
        self.assertIn("evaluation", change.one_person)
        change.action_submit()
        change.action_approve()
        self.assertEqual(change.state, 'applied')

    def test_expiries_of_one_day_become_one_activity(self):
        soon = self.today + timedelta(days=5)
        self.account.write({'credit_limit': 5, 'limit_valid_until': soon})
        self.env['ar.credit.security'].sudo().create(
            {'credit_account_id': self.account.id, 'amount': 5, 'name': "P-1", 'valid_until': soon}
        )
        self.env['ar.credit.account']._credit_remind(self.company)
        self.env['ar.credit.account']._credit_remind(self.company)
        self.assertEqual(
            self.account.activity_ids.activity_type_id,
            self.env.ref('ar_credit_control.mail_activity_type_expiry'),
        )
        self.assertEqual(len(self.account.activity_ids), 1)
