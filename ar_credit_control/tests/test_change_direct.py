from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import ChangeCommon


@tagged('post_install', '-at_install')
class TestChangeDirect(ChangeCommon):
    """What reaches a credit file without a change document: little, with a reason, and never lost."""

    def test_what_is_entered_directly_leaves_a_trace(self):
        self.company.ar_limit_documents = False
        account = self.account.with_user(self.controller)
        grade = self.env.ref('ar_base.grade_a')
        for vals in (
            {'credit_limit': 300},
            {'grade_id': grade.id},
            {'credit_limit': 300, 'limit_reason': " "},
        ):
            with self.subTest(vals), self.assertRaisesRegex(UserError, "why.*Hua"), self.env.cr.savepoint():
                account.write(vals)
        account.write({'credit_limit': 300, 'limit_reason': "Balance sheet seen"})
        account.write({'credit_limit': 300})  # nothing changed
        account.with_context(credit_change=True).write({'grade_id': grade.id, 'limit_reason': "Pays well"})
        changes = self.account.change_ids.sorted('id')
        self.assertEqual(changes.mapped('origin'), ['direct'] * 2)
        self.assertEqual(changes.mapped('state'), ['applied'] * 2)
        self.assertEqual(changes.mapped('reason'), ["Balance sheet seen", "Pays well"])
        self.assertEqual(
            (changes[0].old_limit, changes[0].new_limit, changes[0].requested_by), (0, 300, self.controller)
        )
        self.assertEqual((changes[1].change_grade, changes[1].change_limit), (True, False))

    def test_from_the_amount_of_the_matrix_up_nothing_is_entered_directly(self):
        self.company.ar_limit_documents = False
        self.env['ar.approval.rule'].create(
            {'company_id': self.company.id, 'kind': 'change', 'min_amount': 1000, 'user_ids': self.second.ids}
        )
        for user in (self.controller, self.second, self.manager):
            for vals in ({'credit_limit': 1000}, {'is_unlimited': True}, {'temp_limit': 5000}):
                with self.assertRaisesRegex(AccessError, "second.*decides"), self.env.cr.savepoint():
                    self.account.with_user(user).write({**vals, 'limit_reason': "Please"})
        self.account.with_user(self.controller).write({'credit_limit': 999, 'limit_reason': "Small"})
        self.assertEqual(self.account.credit_limit, 999)

    def test_the_grades_of_a_joined_file_are_not_the_past_of_the_customer_it_joins(self):
        good, bad = (self.env.ref(f'ar_base.grade_{letter}') for letter in 'ac')
        other = self.env['res.partner'].create({'name': "Other", 'is_company': True})
        joined = self.account._for_partner(other, self.company)

        def in_april(customer, now):
            return self.account._grades_at(self.company, date(2024, 4, 15)).get(customer.id, now.id)

        with freeze_time('2024-03-01'):
            self.account.grade_id, joined.grade_id = bad, good
        with freeze_time('2024-05-01'):
            joined.grade_id = bad
        self.assertEqual((in_april(self.customer, bad), in_april(other, bad)), (bad.id, good.id))
        with freeze_time('2024-06-01'):
            self.env['ar.credit.move']._move(joined, self.customer, "One company")
        self.assertEqual(in_april(self.customer, bad), bad.id)
        with freeze_time('2024-06-02'):
            self.env['ar.credit.move']._take_back(joined, "Two after all")
        self.assertEqual((in_april(self.customer, bad), in_april(other, bad)), (bad.id, good.id))

    def test_by_document_only_unless_the_company_says_otherwise(self):
        group = self.env['ar.credit.group'].with_user(self.controller).create({'name': "Group"})
        new = self.env['res.partner'].create({'name': "New", 'is_company': True})
        Account = self.env['ar.credit.account']
        self.account.limit_mandatory = True
        for vals in (
            {'credit_limit': 5},
            {'is_unlimited': True},
            {'limit_decided': True},
            {'temp_limit': 5, 'temp_until': self.today},
            {'limit_valid_until': self.today},
            {'terms_days': 90},
            {'group_id': group.id},
            {'limit_mandatory': False},
            {'grade_id': self.env.ref('ar_base.grade_a').id},
        ):
            for user in (self.controller, self.manager):
                account = self.account.with_user(user).with_context(credit_change='APPROVED')
                entries = {
                    'write': lambda: account.write({**vals, 'limit_reason': "Please"}),
                    'create': lambda: account.create({'partner_id': new.id, 'limit_reason': "x", **vals}),
                    'defaults': lambda: account.with_context(
                        **{f'default_{name}': value for name, value in vals.items()}
                    ).create({'partner_id': new.id}),
                    'through the contact': lambda: account.load(
                        ['.id', *vals], [[str(account.id), *map(str, vals.values())]]
                    )['ids']
                    or account._credit_check_direct({'group_id'}, account._credit_kept(), ""),
                }
                for entry, call in entries.items():
                    with (
                        self.subTest(vals=vals, entry=entry),
                        self.assertRaisesRegex(AccessError, "Change Credit"),
                        self.env.cr.savepoint(),
                    ):
                        call()
        self.company.ar_limit_documents = False
        for vals in ({'group_id': group.id}, {'limit_mandatory': False}):
            with self.assertRaisesRegex(AccessError, "Change Credit"), self.env.cr.savepoint():
                self.account.with_user(self.controller).write({**vals, 'limit_reason': "Please"})
        self.assertFalse(Account.search([('partner_id', '=', new.id)]))
        change = self._change(change_limit=True, new_limit=500)
        change.action_submit()
        change.with_user(self.second).action_approve()
        self.assertEqual(self.account.credit_limit, 500)

    def test_amounts_and_days_that_nobody_can_mean_are_refused_in_words(self):
        for name in ('new_limit', 'temp_limit', 'new_group_limit'):
            for amount in (-1, float('nan'), float('inf'), 1e300):
                with self.assertRaisesRegex(ValidationError, "no amount of credit"), self.env.cr.savepoint():
                    self._change(change_limit=True, **{name: amount})
        for name in ('valid_until', 'temp_until', 'review_on', 'apply_on'):
            for day in ('2199-12-31', '0001-01-01'):
                refused = self.assertRaisesRegex(ValidationError, "cannot be (meant|right)")
                with refused, self.env.cr.savepoint():
                    self._change(change_limit=True, **{name: day})
        for vals in ({'credit_limit': float('nan')}, {'temp_limit': float('inf')}, {'temp_limit': -1}):
            with self.assertRaisesRegex(ValidationError, "must be a number"), self.env.cr.savepoint():
                self.account.write(vals)

    def test_history_goes_with_no_account(self):
        change = self._change(change_limit=True, new_limit=500)
        change.action_submit()
        with self.assertRaises(Exception), self.env.cr.savepoint(), mute_logger('odoo.sql_db'):
            self.account.unlink()
            self.env.flush_all()
        self.assertTrue(change.exists())

    def test_limits_of_contacts_are_taken_over(self):
        parent = self.env['res.partner'].create({'name': "Parent", 'is_company': True})
        values = {'is_company': True, 'parent_id': parent.id}
        subsidiary, decided = (
            self.env['res.partner'].create({'name': name, **values}) for name in ("Subsidiary", "Decided")
        )
        self.company.account_use_credit_limit = False
        for partner in (subsidiary, decided):
            partner.with_company(self.company).credit_limit = 7777
        Account = self.env['ar.credit.account'].sudo()
        Account._for_partner(decided, self.company).credit_limit = 5
        with self.assertRaises(AccessError):
            Account.with_user(self.controller).action_take_over_native_limits()
        Account.with_user(self.manager).action_take_over_native_limits()
        limits = [Account._for_partner(p, self.company).credit_limit for p in (subsidiary, decided)]
        self.assertEqual(limits, [7777, 5])
        self.assertFalse(Account._for_partner(parent, self.company).limit_decided)

    def test_joined_files_keep_the_stricter_limit(self):
        other = self.env['res.partner'].create({'name': "Rich", 'is_company': True})
        rich = self.env['ar.credit.account'].sudo()._for_partner(other, self.company)
        rich.write({'is_unlimited': True, 'terms_decided': True, 'terms_days': 60})
        self.account.write({'credit_limit': 100, 'terms_decided': True, 'terms_days': 10})
        self.env['ar.credit.move']._move(self.account, other, "Bought")
        self.assertEqual((rich.credit_limit, rich.is_unlimited, rich.terms_days), (100, False, 10))
        self.env['ar.credit.move']._take_back(self.account, "Sold")
        self.assertEqual((self.account.credit_limit, self.account.partner_id), (100, self.customer))
