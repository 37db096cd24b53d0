from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import TransactionCase, new_test_user, tagged


@tagged('post_install', '-at_install')
class TestDelegation(TransactionCase):
    """A colleague decides in somebody's place, between two days, by that person's will or a manager's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Date.context_today(cls.env.user)
        cls.controller, cls.deputy, cls.manager, cls.viewer = (
            new_test_user(cls.env, f'ar_{role}{number}', groups=f'base.group_user,ar_base.group_{role}')
            for number, role in enumerate(('controller', 'controller', 'manager', 'viewer'))
        )

    def _delegate(self, user, **values):
        Delegation = self.env['ar.approval.delegation'].with_user(user)
        return Delegation.create({'delegate_id': self.deputy.id, 'date_to': self.today, **values})

    def test_it_counts_from_its_first_to_its_last_day(self):
        self._delegate(self.controller, date_from=self.today, date_to=self.today + timedelta(days=2))
        found = [
            self.env['ar.approval.delegation']._delegates(self.controller, self.today + timedelta(days=days))
            for days in (-1, 0, 2, 3)
        ]
        nobody = self.env['res.users']
        self.assertEqual(found, [nobody, self.deputy, self.deputy, nobody])

    def test_only_a_manager_delegates_for_others(self):
        with self.assertRaises(AccessError):
            self._delegate(self.deputy, user_id=self.controller.id, delegate_id=self.manager.id)
        self._delegate(self.manager, user_id=self.controller.id)
        self.assertEqual(self.env['ar.approval.delegation']._delegates(self.controller), self.deputy)

    def test_the_delegate_has_a_role_that_decides(self):
        with self.assertRaisesRegex(ValidationError, "cannot stand in"):
            self._delegate(self.controller, delegate_id=self.viewer.id)

    def test_nobody_takes_somebody_elses_place(self):
        own = self._delegate(
            self.deputy,
            delegate_id=self.controller.id,
            date_from=self.today + timedelta(days=1),
            date_to=self.today + timedelta(days=3),
        )
        to_me = {'user_id': self.manager.id, 'delegate_id': self.deputy.id}
        of_manager = self._delegate(self.manager, delegate_id=self.controller.id)
        deputy = self.env['ar.approval.delegation'].with_user(self.deputy)
        for forged in (
            lambda: own.write(to_me),
            lambda: own.write({'user_id': self.manager.id}),
            lambda: of_manager.with_user(self.deputy).write({'delegate_id': self.deputy.id}),
            lambda: of_manager.with_user(self.deputy).unlink(),
            lambda: deputy.with_context(default_user_id=self.manager.id).create(
                {'delegate_id': self.deputy.id, 'date_to': self.today}
            ),
            lambda: deputy.load(
                ['user_id/.id', 'delegate_id/.id', 'date_to'],
                [[str(self.manager.id), str(self.deputy.id), str(self.today)]],
            )['ids']
            or self.env['res.users'].with_user(self.viewer).create({'name': "x", 'login': "y"}),
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                forged()
        self.assertEqual(own.user_id, self.deputy)
        self.assertEqual(deputy._delegates(self.manager), self.controller)

    def test_what_has_begun_stays_on_record(self):
        delegation = self._delegate(self.controller)
        for change in (
            delegation.unlink,
            lambda: delegation.write({'delegate_id': self.manager.id}),
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                change()
        delegation.date_to = self.today + timedelta(days=1)

    def test_a_place_is_not_passed_on(self):
        self._delegate(self.manager, delegate_id=self.controller.id)
        self._delegate(self.controller, delegate_id=self.deputy.id)
        self.assertEqual(self.env['ar.approval.delegation']._delegates(self.manager), self.controller)

    def test_one_person_decides_only_where_it_was_switched_on_in_sight(self):
        company = self.env.company
        self.assertTrue(company.ar_four_eyes)
        admin = new_test_user(self.env, 'ar_admin', groups='base.group_user,base.group_system')
        admin.group_ids -= self.env.ref('ar_base.group_manager')
        for user in (self.controller, admin):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                company.with_user(user).write({'ar_four_eyes': False})
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            company.write({'ar_one_person_by': self.viewer.id})
        company.ar_four_eyes = False
        self.assertEqual(company.ar_one_person_by, self.env.user)
        self.assertIn("evaluation", company._ar_one_person_text())
        self.assertIn("evaluation", company.partner_id.message_ids[:1].body)
        company.ar_four_eyes = True
        self.assertFalse(company._ar_one_person_text() or company.ar_one_person_by)

    def test_the_table_of_duties_names_people(self):
        duties = self.env['ar.duty'].with_user(self.controller).search([('code', '=', 'hold')])
        asks = duties.filtered(lambda duty: duty.duty == 'ask')
        self.assertIn(self.controller, asks.user_ids & asks.both_ids)
        self.assertNotIn(self.viewer, asks.user_ids)
