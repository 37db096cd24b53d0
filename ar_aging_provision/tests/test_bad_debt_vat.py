from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common import ProvisionCommon


@tagged('post_install', '-at_install')
class TestBadDebtVat(ProvisionCommon):
    """VAT of write-offs and recoveries follows the invoice's own tax lines, and fills the tax return."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls._policy(
            [0, 0, 0],
            date_from='2024-02-01',
            profile='us',
            vat_relief=True,
            recovery_account_id=cls.company_data['default_account_revenue'].id,
        )
        cls.revenue = cls.company_data['default_account_revenue']
        cls.full, cls.reduced = cls._tax(20, 'T20'), cls._tax(7, 'T07')

    @classmethod
    def _plain_account(cls, code, account_type='liability_current', **values):
        return cls.env['account.account'].create(
            {'name': code, 'code': code, 'account_type': account_type, **values}
        )

    @classmethod
    def _tags(cls, name):
        country = cls.company.account_fiscal_country_id
        return cls.env['account.account.tag'].create(
            {'name': name, 'applicability': 'taxes', 'country_id': country.id}
        )

    @classmethod
    def _tax(cls, rate, code, **values):
        """A tax with an account of its own, and tags of its own on invoices and on refunds."""
        account = cls._plain_account(f'2{code}')

        def lines(kind):
            return [
                Command.create(
                    {
                        'repartition_type': part,
                        'account_id': account.id if part == 'tax' else False,
                        'tag_ids': [Command.set(cls._tags(f'{code} {kind} {part}').ids)],
                    }
                )
                for part in ('base', 'tax')
            ]

        return cls.env['account.tax'].create(
            {
                'name': code,
                'amount': rate,
                'type_tax_use': 'sale',
                'invoice_repartition_line_ids': lines('invoice'),
                'refund_repartition_line_ids': lines('refund'),
                **values,
            }
        )

    def _taxed(self, *lines, **values):
        """Return a posted invoice with lines of (amount, tax)."""
        return self._invoice(
            0,
            invoice_line_ids=[
                Command.create({'name': "x", 'price_unit': amount, 'tax_ids': [Command.set(tax.ids)]})
                for amount, tax in lines
            ],
            **values,
        )

    def _write_off(self, amount=None, day='2024-07-15', **values):
        """Write everything of the customer off, or ``amount`` of the first item, as the accountant."""
        write_off = (
            self.env['ar.write.off']
            .with_user(self.accountant)
            .create({'partner_id': self.customer.id, 'date': day, 'reason': "x", **values})
        )
        write_off.action_load()
        if amount:
            write_off.line_ids[1:].unlink()
            write_off.line_ids.amount = amount
        write_off.action_post()
        return write_off.sudo()

    def _recover(self, write_off, amount, **values):
        recovery = (
            self.env['ar.recovery']
            .with_user(self.accountant)
            .create({'write_off_id': write_off.id, 'date': '2024-08-15', 'amount': amount, **values})
        )
        recovery.action_post()
        return recovery.sudo()

    def _balance(self, account):
        lines = self.env['account.move.line'].search(
            [('account_id', '=', account.id), ('parent_state', '=', 'posted')]
        )
        return self.company.currency_id.round(sum(lines.mapped('balance')))

    def _account_of(self, tax):
        return tax.invoice_repartition_line_ids.account_id

    def _return(self, moves):
        """Return {tag: amount} that the entries bring to the tax return."""
        found = {}
        for line in moves.line_ids:
            for tag in line.tax_tag_ids:
                found[tag.name] = round(found.get(tag.name, 0) + line.balance, 2)
        return found

    def test_each_rate_goes_back_to_its_own_account_with_its_tags(self):
        invoice = self._taxed((1000, self.full), (100, self.reduced))
        write_off = self._write_off()
        self.assertEqual(invoice.amount_residual, 0)
        self.assertEqual(self._balance(self._account_of(self.full)), 0)
        self.assertEqual(self._balance(self._account_of(self.reduced)), 0)
        self.assertEqual(
            self._return(write_off.move_id),
            {
                'T20 refund tax': 200,
                'T20 refund base': 1000,
                'T07 refund tax': 7,
                'T07 refund base': 100,
            },
        )
        self.assertEqual(self._balance(self.revenue), -1100, "the base moves no account")

    def test_through_the_allowance_the_loss_is_what_is_not_relieved(self):
        tax = self._tax(15, 'T15')
        self._taxed((100, tax))
        entry = self._write_off().move_id
        expense = entry.line_ids.filtered(lambda line: line.account_id == self.policy.expense_account_id)
        self.assertEqual(sum(expense.mapped('balance')), 100)
        self.assertEqual(self._balance(self.policy.allowance_account_id), 0)
        self.assertEqual(self._balance(self._account_of(tax)), 0)

    def test_a_part_takes_its_part_of_each_rate(self):
        self._taxed((1000, self.full), (100, self.reduced))
        self._write_off(130.7)
        self.assertEqual(self._balance(self._account_of(self.full)), -180)
        self.assertEqual(self._balance(self._account_of(self.reduced)), -6.3)

    def test_the_policys_account_is_for_what_comes_from_no_invoice(self):
        policy_account = self._plain_account('2POL')
        self.policy.sudo()._record_facts({'state': 'draft'})
        self.policy.write({'vat_account_id': policy_account.id, 'default_vat_rate': 0.2})
        self.policy.action_confirm()
        self._taxed((100, self.reduced))
        self._write_off()
        self.assertEqual(
            (self._balance(policy_account), self._balance(self._account_of(self.reduced))), (0, 0)
        )
        receivable = self.company_data['default_account_receivable']
        entry = self.env['account.move'].create(
            {
                'date': '2024-03-01',
                'line_ids': [
                    Command.create(
                        {'account_id': receivable.id, 'partner_id': self.customer.id, 'balance': 120}
                    ),
                    Command.create({'account_id': self.revenue.id, 'balance': -120}),
                ],
            }
        )
        entry.action_post()
        write_off = self._write_off(day='2024-07-16')
        self.assertEqual(self._balance(policy_account), 20)
        recovery = self._recover(write_off, 60)
        self.assertEqual(self._balance(policy_account), 10)
        self.assertTrue(recovery.vat_due)

    def test_without_an_account_for_it_the_item_is_named(self):
        receivable = self.company_data['default_account_receivable']
        self.policy.sudo()._record_facts({'state': 'draft'})
        self.policy.default_vat_rate = 0.2
        self.policy.action_confirm()
        self.env['account.move'].create(
            {
                'date': '2024-03-01',
                'line_ids': [
                    Command.create(
                        {'account_id': receivable.id, 'partner_id': self.customer.id, 'balance': 120}
                    ),
                    Command.create({'account_id': self.revenue.id, 'balance': -120}),
                ],
            }
        ).action_post()
        with self.assertRaisesRegex(UserError, "comes from no invoice"):
            self._write_off()

    def test_relief_is_due_again_through_the_allowance_too(self):
        self._taxed((1000, self.full), (100, self.reduced))
        write_off = self._write_off()
        recoveries = self.env['ar.recovery']
        for amount, via in ((500, 'allowance'), (300.01, 'income'), (506.99, 'allowance')):
            recoveries |= self._recover(write_off, amount, via=via)
        self.assertEqual(self._balance(self._account_of(self.full)), -200)
        self.assertEqual(self._balance(self._account_of(self.reduced)), -7)
        found = self._return(recoveries.move_ids)
        self.assertEqual((found['T20 invoice tax'], found['T07 invoice tax']), (-200, -7))
        self.assertAlmostEqual(found['T20 invoice base'], -1000, delta=0.02)
        self.assertAlmostEqual(found['T07 invoice base'], -100, delta=0.02)

    def test_without_relief_the_recovery_owes_none(self):
        self._taxed((100, self.full))
        write_off = self._write_off(vat_relief=False)
        self.assertEqual(self._balance(self._account_of(self.full)), -20)
        recovery = self._recover(write_off, 120)
        self.assertFalse(recovery.vat_due or self._return(recovery.move_ids))

    def test_relief_of_a_write_off_older_than_the_system_is_due_again(self):
        values = {
            'partner_id': self.customer.id,
            'date': '2024-03-10',
            'amount': 60,
            'evidence': "Written off in 2019, file 4711",
            'journal_id': self.company_data['default_journal_bank'].id,
            'vat_due': True,
        }
        recoveries = self.env['ar.recovery'].with_user(self.accountant)
        with self.assertRaisesRegex(ValidationError, "Choose the tax"), self.cr.savepoint():
            recoveries.create(values)
        for via in ('allowance', 'income'):
            recovery = recoveries.create({**values, 'via': via, 'vat_tax_id': self.full.id})
            recovery.action_post()
            self.assertEqual(
                self._return(recovery.move_ids), {'T20 invoice base': -50, 'T20 invoice tax': -10}
            )
            recoveries |= recovery
        self.assertEqual(self._balance(self._account_of(self.full)), -20)
        moved = self.env['ar.allowance.movement'].search([('kind', '=', 'recovery')])
        self.assertEqual(moved.mapped('amount'), [50], "VAT is not ours")
        recoveries.action_reverse()
        self.assertEqual(self._balance(self._account_of(self.full)), 0)

    def test_a_reversed_write_off_owes_the_vat_again(self):
        self._taxed((100, self.full))
        write_off = self._write_off()
        write_off.with_user(self.accountant).action_reverse()
        self.assertEqual(self._balance(self._account_of(self.full)), -20)

    def test_what_was_moved_to_doubtful_keeps_its_taxes(self):
        doubtful = self._plain_account(
            '416000', 'asset_current', reconcile=True, ar_receivable_kind='doubtful'
        )
        self._taxed((100, self.reduced))
        self.env['ar.doubtful.transfer'].create(
            {'partner_id': self.customer.id, 'date': '2024-03-31', 'account_id': doubtful.id}
        ).action_apply()
        self.assertEqual(self._balance(doubtful), 107)
        self._write_off()
        self.assertEqual((self._balance(doubtful), self._balance(self._account_of(self.reduced))), (0, 0))

    # === Due on payment ===

    def _on_payment(self):
        self.company.tax_exigibility = True
        self.company.tax_cash_basis_journal_id = self.company_data['default_journal_misc']
        transition = self._plain_account('2TRA', reconcile=True)
        tax = self._tax(
            20,
            'TCB',
            tax_exigibility='on_payment',
            cash_basis_transition_account_id=transition.id,
        )
        return tax, transition

    def test_vat_due_on_payment_was_never_collected_and_is_not_owed(self):
        tax, transition = self._on_payment()
        invoice = self._taxed((100, tax))
        self._pay(invoice, '2024-03-01', 40)
        self.assertEqual((self._balance(self._account_of(tax)), self._balance(transition)), (-6.67, -13.33))
        self._write_off(40)
        self.assertEqual((self._balance(self._account_of(tax)), self._balance(transition)), (-6.67, -6.66))
        self._write_off(day='2024-07-16')
        self.assertEqual((self._balance(self._account_of(tax)), self._balance(transition)), (-6.67, 0))
        self.assertEqual(invoice.amount_residual, 0)
        taxes = invoice.line_ids.filtered('tax_line_id')
        self.assertTrue(taxes.reconciled)

    def test_what_is_paid_after_a_part_was_written_off_becomes_payable(self):
        tax, transition = self._on_payment()
        invoice = self._taxed((100, tax))
        self._write_off(60, day='2024-03-15')
        self._pay(invoice, '2024-07-20')
        self.assertEqual((self._balance(self._account_of(tax)), self._balance(transition)), (-10, 0))

    def test_without_relief_odoos_own_entry_stands(self):
        tax, transition = self._on_payment()
        self._taxed((100, tax))
        self._write_off(vat_relief=False)
        self.assertEqual((self._balance(self._account_of(tax)), self._balance(transition)), (-20, 0))

    def test_recovered_money_makes_vat_on_payment_due(self):
        tax, transition = self._on_payment()
        self._taxed((100, tax))
        write_off = self._write_off()
        self.assertFalse(self._return(write_off.move_id), "it was never due")
        recovery = self._recover(write_off, 60)
        self.assertEqual((self._balance(self._account_of(tax)), self._balance(transition)), (-10, 0))
        self.assertEqual(self._return(recovery.move_ids), {'TCB invoice tax': -10, 'TCB invoice base': -50})

    def test_vat_on_payment_is_not_made_payable_by_a_transfer(self):
        tax, _transition = self._on_payment()
        self._taxed((100, tax))
        doubtful = self._plain_account(
            '416000', 'asset_current', reconcile=True, ar_receivable_kind='doubtful'
        )
        wizard = self.env['ar.doubtful.transfer'].create(
            {'partner_id': self.customer.id, 'date': '2024-03-31', 'account_id': doubtful.id}
        )
        with self.assertRaisesRegex(UserError, "due when it is paid"):
            wizard.action_apply()
        doubtful.ar_receivable_kind = False
        with self.assertRaisesRegex(UserError, "does not count as a receivable"):
            wizard.action_apply()

    def test_a_transfer_into_a_locked_month_is_refused(self):
        self._invoice(100)
        doubtful = self._plain_account(
            '416000', 'asset_current', reconcile=True, ar_receivable_kind='doubtful'
        )
        self.company.sudo().fiscalyear_lock_date = '2024-03-31'
        wizard = self.env['ar.doubtful.transfer'].create(
            {'partner_id': self.customer.id, 'date': '2024-03-31', 'account_id': doubtful.id}
        )
        with self.assertRaisesRegex(UserError, "is locked"):
            wizard.action_apply()
