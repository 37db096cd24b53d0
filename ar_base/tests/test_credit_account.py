from odoo.exceptions import UserError, ValidationError
from odoo.tests import new_test_user, tagged

from .common import ReceivablesCommon


@tagged('post_install', '-at_install')
class TestCreditAccount(ReceivablesCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Account = cls.env['ar.credit.account']
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

    def test_customer_that_becomes_a_contact_joins_the_account(self):
        one, first = self._customer("One")
        hold = self.env['ar.hold'].create({'credit_account_id': first.id, 'reason': "Bounced"})
        one.write({'is_company': False, 'parent_id': self.customer.id})
        self.assertFalse(first.exists())
        self.assertEqual(hold.credit_account_id, self.account)

    def test_hold_keeps_its_history(self):
        hold = self.env['ar.hold'].create({'credit_account_id': self.account.id, 'reason': "Bounced cheque"})
        hold.write({'lift_reason': "Paid"})
        hold.action_lift()
        self.assertFalse(hold.active)
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
