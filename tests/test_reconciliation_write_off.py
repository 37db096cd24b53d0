from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.ar_reconciliation.tests.test_period import PeriodCommon


@tagged('post_install', '-at_install')
class TestReconciliationWriteOff(PeriodCommon):
    """What a write-off document of the provision closes is written off in the period, not collected."""

    def _close(self, invoice, *debits):
        """Close an invoice of 110 by an entry by hand, with debits of (account, amount)."""
        entry = self.env['account.move'].create(
            {
                'date': '2024-01-25',
                'journal_id': self.company_data['default_journal_misc'].id,
                'line_ids': [
                    Command.create(
                        {'account_id': self.receivable.id, 'partner_id': self.customer.id, 'credit': 110}
                    ),
                    *(
                        Command.create({'account_id': account.id, 'debit': debit})
                        for account, debit in debits
                    ),
                ],
            }
        )
        entry.action_post()
        self._match(invoice, entry)

    def test_vat_taken_back_with_a_loss_is_written_off_too(self):
        _order, invoice = self._sold((1, 100))
        vat = self.company_data['default_account_tax_sale']
        self._close(invoice, (self.company_data['default_account_expense'], 100), (vat, 10))
        [part] = self._generate(0)
        self.assertEqual(self._figures(part), {"Hua": {'invoiced': 110, 'written_off': 110}})

    def test_an_entry_by_hand_against_the_allowance_is_written_off(self):
        allowance = self.company_data['default_account_assets'].copy()
        self.env['ar.provision.policy'].create({'allowance_account_id': allowance.id})
        _order, invoice = self._sold((1, 100))
        self._close(invoice, (allowance, 110))
        [part] = self._generate(0)
        self.assertEqual(self._figures(part), {"Hua": {'invoiced': 110, 'written_off': 110}})

    def test_vat_of_an_early_payment_discount_is_not_collected(self):
        _order, invoice = self._sold((1, 100))
        vat = self.company_data['default_account_tax_sale']
        expense = self.company_data['default_account_expense']
        bank = self.company_data['default_journal_bank']
        entry = self.env['account.move'].create(
            {
                'date': '2024-01-25',
                'journal_id': bank.id,
                'line_ids': [
                    Command.create(
                        {'account_id': self.receivable.id, 'partner_id': self.customer.id, 'credit': 110}
                    ),
                    Command.create({'account_id': bank.default_account_id.id, 'debit': 107.8}),
                    Command.create({'account_id': expense.id, 'debit': 2}),
                    Command.create({'account_id': vat.id, 'debit': 0.2}),
                ],
            }
        )
        entry.action_post()
        self._match(invoice, entry)
        [part] = self._generate(0)
        self.assertEqual(
            self._figures(part), {"Hua": {'invoiced': 110, 'collected': 107.8, 'written_off': 2.2}}
        )

    def test_a_write_off_document(self):
        _order, invoice = self._sold((1, 100))
        account = self.company_data['default_account_assets']
        entry = self.env['account.move'].create(
            {
                'date': '2024-01-25',
                'line_ids': [
                    Command.create(
                        {'account_id': self.receivable.id, 'partner_id': self.customer.id, 'credit': 110}
                    ),
                    Command.create({'account_id': account.id, 'debit': 110}),
                ],
            }
        )
        write_off = self.env['ar.write.off'].create(
            {'partner_id': self.customer.id, 'date': '2024-01-25', 'reason': "Gone"}
        )
        entry._record_facts({'ar_write_off_id': write_off.id})
        entry.action_post()
        self._match(invoice, entry)
        [part] = self._generate(0)
        self.assertEqual(self._figures(part), {"Hua": {'invoiced': 110, 'written_off': 110}})
