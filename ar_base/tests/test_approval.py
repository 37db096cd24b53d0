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
