from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .common import ReceivablesCommon


@tagged('post_install', '-at_install')
class TestCreditAccount(ReceivablesCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Account = cls.env['ar.credit.account'].sudo()
        cls.account = cls.Account._for_partner(cls.contact, cls.env.company)

    def _customer(self, name, email="same@example.com"):
        partner = self.env['res.partner'].create({'name': name, 'is_company': True, 'email': email})
        return partner, self.Account._for_partner(partner, self.env.company)

    def test_who_writes_in_which_language(self):
        self.env['res.lang']._activate_lang('zh_CN')
        company = self.env.company
        company.partner_id.lang = 'zh_CN'
        colleague, portal = (
            new_test_user(self.env, f'lang_{group}', f'base.group_{group}') for group in ('user', 'portal')
        )
        for user, expected in (
            (colleague, 'en_US'),
            (portal, 'zh_CN'),
            (self.env.ref('base.user_root'), 'zh_CN'),
        ):
            records = self.env['ar.hold'].with_user(user).with_context(lang='en_US')
            self.assertEqual(company._with_internal_lang(records).env.lang, expected)
            self.assertEqual(company._with_internal_lang(records.sudo()).env.lang, expected)

    def test_one_account_per_customer_and_root_company(self):
        branch = self.env['res.company'].create({'name': "Branch", 'parent_id': self.env.company.id})
        self.assertEqual(self.account.partner_id, self.customer)
        for partner, company in ((self.customer, self.env.company), (self.contact, branch)):
            self.assertEqual(self.Account._for_partner(partner, company), self.account)
            self.assertEqual(self.Account._lock_for_exposure(partner, company), self.account)
        other = self.env['res.company'].create({'name': "Other"})
        self.assertNotEqual(self.Account._for_partner(self.customer, other), self.account)

    def test_lock_writes_the_row(self):
        before = self.account.lock_version
        self.Account._lock_for_exposure(self.contact, self.env.company)
        self.assertEqual(self.account.lock_version, before + 1)

    def test_archived_account_is_found_not_doubled(self):
        self.account.active = False
        self.env.flush_all()
        self.assertEqual(self.Account._for_partner(self.customer, self.env.company), self.account)

    def test_contact_or_branch_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "Li is a contact of Hua"), self.env.cr.savepoint():
            self.Account.create({'partner_id': self.contact.id})
        branch = self.env['res.company'].create({'name': "Branch", 'parent_id': self.env.company.id})
        with self.assertRaisesRegex(ValidationError, "Branch is a branch of"), self.env.cr.savepoint():
            self.Account.create({'partner_id': self._customer("New")[0].id, 'company_id': branch.id})

    def test_merged_customers_keep_one_account_with_everything(self):
        one, first = self._customer("One")
        two, second = self._customer("Two")
        three, third = self._customer("Three")
        third.unlink()  # a customer without account merges too
        first.grade_id = self.env.ref('ar_base.grade_b')
        hold = self.env['ar.hold'].create({'credit_account_id': first.id, 'reason': "Bounced"})
        self.env['base.partner.merge.automatic.wizard'].create({})._merge([one.id, two.id, three.id], two)
        self.assertFalse(one.exists() or first.exists())
        self.assertEqual(hold.credit_account_id, second)
        self.assertEqual(second.grade_id, self.env.ref('ar_base.grade_b'))
        self.assertIn("One", ' '.join(second.message_ids.mapped('body')))

    def test_merge_into_a_customer_without_account(self):
        one, first = self._customer("One")
        two, second = self._customer("Two")
        second.unlink()
        self.env['base.partner.merge.automatic.wizard'].create({})._merge([one.id, two.id], two)
        self.assertEqual(first.partner_id, two)

    def test_an_edit_of_a_contact_moves_no_file(self):
        one, first = self._customer("One")
        hold = self.env['ar.hold'].create({'credit_account_id': first.id, 'reason': "Bounced"})
        controller = self._user('controller', name="Carl Controller")
        seller = self._user('seller', 'base.group_partner_manager')
        place = {'is_company': False, 'parent_id': self.customer.id}
        child = [Command.link(one.id)]
        for user, words in ((seller, "ask.*Carl Controller"), (controller, "Move to Another Customer")):
            user.group_ids += self.env.ref('base.group_partner_manager')
            for edit in (
                lambda: one.with_user(user).write(place),
                lambda: one.with_user(user).with_context(ar_moves_file=True).write(place),
                lambda: self.customer.with_user(user).write({'child_ids': child})
                and one.with_user(user).write({'is_company': False}),
                lambda: one.sudo().with_user(user).sudo().write(place),
            ):
                with self.assertRaisesRegex(ValidationError, words), self.env.cr.savepoint():
                    edit()
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                one.with_user(user).write({'commercial_partner_id': self.customer.id})
        self.assertEqual((first.partner_id, hold.credit_account_id, one.parent_id.id), (one, first, False))
        two, blank = self._customer("Two")
        two.with_user(seller).write(place)
        self.assertEqual((two.commercial_partner_id, blank.partner_id), (self.customer, two))

    def test_whose_file_it_is_never_changes_by_hand(self):
        first = self._customer("One")[1]
        other = self.env['res.company'].create({'name': "Other"})
        for account in (first.with_user(self._user('controller')), first.sudo()):
            for vals in (
                {'partner_id': self._customer("New")[0].id},
                {'company_id': other.id},
                {'merged_into_id': self.account.id},
                {'merged_rows': {}},
            ):
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    account.with_context(ar_moves_file=True).write(vals)

    def test_credit_control_moves_a_file_and_takes_it_back(self):
        one, first = self._customer("One")
        grades = self.env.ref('ar_base.grade_e'), self.env.ref('ar_base.grade_a')
        first.grade_id, self.account.grade_id = grades
        hold = self.env['ar.hold'].create({'credit_account_id': first.id, 'reason': "Bounced"})
        viewer, controller = self._user('viewer'), self._user('controller')
        values = {'credit_account_id': first.id, 'partner_id': self.contact.id, 'reason': "Bought by Hua"}
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self.env['ar.credit.move'].with_user(viewer).create(values).action_apply()
        Move = self.env['ar.credit.move'].with_user(controller)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            Move.create({**values, 'reason': " "}).action_apply()
        Move.create(values).action_apply()
        self.assertEqual((one.commercial_partner_id, hold.credit_account_id), (self.customer, self.account))
        self.assertEqual((first.active, self.account.grade_id), (False, grades[0]))
        self.assertIn("Bought by Hua", ' '.join(self.account.message_ids.mapped('body')))
        with self.assertRaisesRegex(ValidationError, "Take the Move Back"), self.env.cr.savepoint():
            one.write({'is_company': True, 'parent_id': False})
        Move.create({'credit_account_id': first.id, 'reason': "Sold again"}).action_apply()
        self.assertEqual((one.commercial_partner_id, hold.credit_account_id), (one, first))
        self.assertEqual((first.active, first.grade_id, first.merged_into_id.id), (True, grades[0], False))

    def test_a_salesperson_reads_the_files_of_assigned_customers_only(self):
        viewer = self._user('viewer', 'ar_base.group_viewer,base.group_partner_manager')
        employee = self._user('employee', 'base.group_user')
        account, hold = self.account.with_user(viewer), self.env['ar.hold'].with_user(viewer)
        self.env['ar.hold'].create({'credit_account_id': self.account.id, 'reason': "Bounced"})
        self.customer.with_user(viewer).write({'user_id': viewer.id, 'ar_salesperson_id': viewer.id})
        self.assertFalse(account.search([('id', '=', account.id)]) or hold.search([]))
        with self.assertRaises(AccessError):
            account.read(['grade_id'])
        self.customer.user_id = viewer
        self.assertTrue(account.read(['grade_id']) and hold.search([]))
        new = self._customer("Without File")[0]
        self.account.search([('partner_id', '=', new.id)]).unlink()
        for user in (employee, self._portal_user('portal_li', self.contact)):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                self.env['ar.credit.account'].with_user(user).action_open_for_partner(new.id)
            for model in ('ar.credit.grade', 'ar.approval.rule', 'ar.duty'):
                with self.assertRaises(AccessError):
                    self.env[model].with_user(user).search([])
        self.assertFalse(self.account.search([('partner_id', '=', new.id)]))

    def test_hold_keeps_its_history(self):
        hold = self.env['ar.hold'].create({'credit_account_id': self.account.id, 'reason': "Bounced cheque"})
        for refused in (
            hold.action_lift,
            lambda: hold.write({'active': False}),
            lambda: hold.write({'reason': "Else"}),
            lambda: hold.sudo().write({'credit_account_id': self._customer("One")[1].id}),
            lambda: hold.with_user(self._user('viewer')).action_lift("Paid"),
        ):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                refused()
        self.env['ar.hold.lift'].create({'hold_ids': hold.ids, 'reason': "Paid"}).action_apply()
        self.assertFalse(hold.active)
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            hold.lift_reason = "Else"
        self.assertEqual((hold.lifted_by, hold.lift_reason), (self.env.user, "Paid"))
        with self.assertRaisesRegex(UserError, "Lift it instead"), self.env.cr.savepoint():
            hold.sudo().unlink()

    def test_dispute_amount_is_bounded(self):
        invoice = self.init_invoice('out_invoice', partner=self.customer, amounts=[100], post=True)
        Dispute = self.env['ar.dispute']
        dispute = Dispute.create({'move_id': invoice.id, 'amount': 40, 'reason': 'price'})
        self.assertEqual(dispute.credit_account_id, self.account)
        for amount in (0, -1, invoice.amount_total + 0.01):
            with self.assertRaisesRegex(ValidationError, "above zero and at most"), self.env.cr.savepoint():
                Dispute.create({'move_id': invoice.id, 'amount': amount, 'reason': 'price'})
        dispute.outcome = "Credited"
        dispute.action_accept()
        self.assertTrue(dispute.closed_on)
