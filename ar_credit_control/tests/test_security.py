from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import CreditCommon


@tagged('post_install', '-at_install')
class TestSecurity(CreditCommon):
    """A security counts once a second person approved it, and stays on record."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Date.context_today(cls.account)
        cls.second = cls._user('second', 'ar_base.group_controller')
        cls.account.credit_limit = 100
        cls.customer.user_id = cls.viewer
        cls._order(90).action_confirm()

    def _security(self, user=None, **values):
        Security = self.env['ar.credit.security'].with_user(user or self.controller)
        return Security.create({'credit_account_id': self.account.id, 'amount': 50, **values})

    def _exposure(self):
        self.env.invalidate_all()
        return self.account.exposure

    def test_it_counts_once_approved_and_until_it_ends(self):
        security = self._security(name="G-1")
        self.assertEqual((self._exposure(), security.is_valid), (90, False))
        security.action_submit()
        self.assertEqual(self._exposure(), 90)
        with self.assertRaisesRegex(AccessError, "own request"), self.env.cr.savepoint():
            security.action_approve()
        self.assertTrue(
            security.activity_ids.user_id and self.controller not in security.activity_ids.user_id
        )
        security.with_user(self.second).action_approve("Seen")
        self.assertEqual((self._exposure(), security.decided_by), (40, self.second))
        security.action_end()
        self.assertEqual((self._exposure(), security.ended_by), (90, self.controller))

    def test_nobody_forges_changes_or_deletes_one(self):
        for forged in ({'state': 'approved'}, {'decided_by': self.second.id}):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                self._security(**forged)
            context = {f'default_{name}': value for name, value in forged.items()}
            Security = self.env['ar.credit.security'].with_user(self.controller).with_context(**context)
            made = Security.create({'credit_account_id': self.account.id, 'amount': 50})
            self.assertEqual((made.state, made.decided_by.id), ('draft', False))
        commands = [fields.Command.create({'amount': 50, 'state': 'approved'})]
        security = self._security()
        security.action_submit()
        security.with_user(self.second).action_approve()
        for user in (self.controller, self.manager):
            mine = security.with_user(user)
            for change in (
                lambda: mine.write({'amount': 10**8}),
                lambda: mine.write({'valid_until': self.today + timedelta(days=999)}),
                lambda: mine.write({'credit_account_id': self.account.id, 'state': 'draft'}),
                mine.unlink,
                lambda: mine.sudo().unlink(),
                lambda: self.account.with_user(user).write({'security_ids': commands}),
            ):
                with self.assertRaises(UserError), self.env.cr.savepoint():
                    change()
        self.assertEqual(self._exposure(), 40)
        self._security().unlink()  # a draft never counted

    def test_the_matrix_for_changes_decides_where_there_is_none_for_securities(self):
        line = {'company_id': self.company.id, 'min_amount': 40, 'user_ids': self.second.ids}
        Rule = self.env['ar.approval.rule']
        Rule.create({**line, 'kind': 'change'})
        small, large = self._security(cover=50), self._security()
        (small | large).action_submit()
        self.assertEqual((small.approver_ids.ids, large.approver_ids), ([], self.second))
        Rule.create({**line, 'kind': 'security', 'user_ids': self.manager.ids})
        other = self._security()
        other.action_submit()
        self.assertEqual(other.approver_ids, self.manager)

    def test_figures_that_nobody_can_mean(self):
        for values in (
            {'amount': -1},
            {'amount': float('nan')},
            {'amount': float('inf')},
            {'cover': 101},
            {'valid_until': '2999-01-01'},
        ):
            with self.subTest(values), self.assertRaises(ValidationError), self.env.cr.savepoint():
                self._security(**values)

    def test_readers(self):
        security = self._security()
        self.assertTrue(security.with_user(self.viewer).read(['amount']))
        self.customer.user_id = self.seller
        for user in (self.viewer, self.seller):
            with self.assertRaises(AccessError):
                security.with_user(user).read(['amount'])
        for model in ('ar.credit.rule', 'ar.credit.grade', 'ar.approval.rule'):
            with self.assertRaises(AccessError):
                self.env[model].with_user(self.seller).search([])
