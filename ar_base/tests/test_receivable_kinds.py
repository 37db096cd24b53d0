from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common import AgingCommon


@tagged('post_install', '-at_install')
class TestReceivableKinds(AgingCommon):
    """An account is a receivable by its kind, whatever its type, and whether or not Odoo reconciles it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls._customer("Other")
        cls.misc = cls.company_data['default_journal_misc']
        cls.revenue = cls.company_data['default_account_revenue']

    def _account_of_kind(self, code, kind=False, account_type='asset_current', **values):
        return self.env['account.account'].create(
            {'name': code, 'code': code, 'account_type': account_type, 'ar_receivable_kind': kind, **values}
        )

    def _entry(self, account, amount, day, partner=None, contra=None, **values):
        """Post ``amount`` on the account, debit positive."""
        entry = self.env['account.move'].create(
            {
                'journal_id': self.misc.id,
                'date': day,
                'line_ids': [
                    Command.create(
                        {
                            'account_id': account.id,
                            'balance': amount,
                            'partner_id': partner and partner.id,
                            **values,
                        }
                    ),
                    Command.create({'account_id': (contra or self.revenue).id, 'balance': -amount}),
                ],
            }
        )
        entry.action_post()
        return entry.line_ids.filtered(lambda line: line.account_id == account)

    def _open(self, account, as_of, **context):
        items = self._items(as_of, **context).search([('account_id', '=', account.id)])
        return [(item.move_line_id, item.residual) for item in items.sorted('id')]

    def test_what_is_moved_to_doubtful_stays_in_aging_and_statement(self):
        doubtful = self._account_of_kind('416000', 'doubtful', reconcile=True)
        invoice = self._invoice(100, due='2024-01-31')
        item = self._receivable(invoice)
        moved = self._entry(
            doubtful, 100, '2024-03-01', self.customer, item.account_id, date_maturity='2024-01-31'
        )
        counter = moved.move_id.line_ids - moved
        counter.partner_id = self.customer
        (item | counter).reconcile()
        self.assertEqual(self._open(doubtful, '2024-03-31'), [(moved, 100)])
        self.assertEqual(self._items('2024-03-31').browse(moved.id).days_overdue, 60)
        self.assertIn(doubtful.id, [row['account_id'] for row in self._items('2024-03-31').ar_tie_out()])
        self.assertTies('2024-03-31')
        account = self._account()
        for kind in ('open_items', 'activity'):
            data = self.env['ar.customer.statement']._data(account, moved.date, kind=kind)
            self.assertEqual(data[account.id]['closing'], 100, kind)
        self.assertEqual(moved.move_id._ar_instalments(), moved)

    def test_an_account_that_is_not_reconciled_ages_by_entry(self):
        notes = self._account_of_kind('112100', 'bill')
        old = self._entry(notes, 100, '2024-01-10', self.customer)
        new = self._entry(notes, 50, '2024-02-10', self.contact)
        self._entry(notes, -120, '2024-03-10', self.customer)
        theirs = self._entry(notes, 70, '2024-01-05', self.other)
        self.assertEqual(self._open(notes, '2024-02-29'), [(old, 100), (new, 50), (theirs, 70)])
        self.assertEqual(self._open(notes, '2024-03-31'), [(new, 30), (theirs, 70)])
        early = self._entry(notes, -100, '2024-04-01', self.other)
        self.assertEqual(self._open(notes, '2024-04-30'), [(new, 30), (early, -30)])
        for as_of in ('2024-01-07', '2024-02-29', '2024-03-31', '2024-04-30'):
            for credit in ('own_bucket', 'separate', 'fifo_oldest'):
                self.assertTies(as_of, aging_credits=credit)
        self.assertEqual(self._items('2024-03-31').browse(new.id).days_overdue, 50)

    def test_by_entry_in_foreign_currency_both_amounts_tie(self):
        assets = self._account_of_kind('112100', 'bill')
        euro = {'currency_id': self.eur.id}
        self._entry(assets, 200, '2024-01-10', self.customer, amount_currency=100, **euro)
        last = self._entry(assets, -250, '2024-03-10', self.customer, amount_currency=-100, **euro)
        self.assertEqual(self._open(assets, '2024-03-31'), [(last, -50)])
        self.assertEqual(self._items('2024-03-31').browse(last.id).residual_currency, 0)
        self.assertFalse(self._open(assets, '2024-03-31', aging_valuation='closing')[0][1])

    def test_contract_assets_and_plain_accounts_are_not_billed(self):
        contract = self._account_of_kind('150900', 'contract')
        plain = self._account_of_kind('150901')
        self._entry(contract, 100, '2024-01-10', self.customer)
        self._entry(plain, 100, '2024-01-10', self.customer)
        self.assertFalse(self._open(contract, '2024-01-31') or self._open(plain, '2024-01-31'))
        self.assertEqual(len(self._open(contract, '2024-01-31', aging_account_ids=contract.ids)), 1)
        billed = self.company._ar_receivable_accounts()
        self.assertFalse((contract | plain) & billed)
        self.assertLessEqual(contract, self.company._ar_receivable_accounts('contract'))

    def test_entries_without_customer_are_not_set_against_each_other(self):
        account = self.company_data['default_account_receivable']
        first = self._entry(account, 500, '2024-01-10')
        second = self._entry(account, -500, '2024-02-10')
        found = self._open(account, '2024-03-31', aging_credits='fifo_oldest')
        self.assertEqual(found, [(first, 500), (second, -500)])
        self.assertTies('2024-03-31', aging_credits='fifo_oldest')

    def test_the_kind_is_one_for_records_and_for_search(self):
        made = self._account_of_kind('110001', 'other', 'asset_receivable', reconcile=True)
        made |= self._account_of_kind('110002', 'contract', 'asset_receivable', reconcile=True)
        made |= self._account_of_kind('110003', False, 'asset_receivable', reconcile=True, non_trade=True)
        made |= self._account_of_kind('110004', 'trade') | self._account_of_kind('110005')
        self.assertEqual(
            [account._ar_kind() for account in made], ['other', 'contract', 'other', 'trade', False]
        )
        self.assertEqual(made.mapped('ar_is_receivable'), [True, False, True, True, False])
        for value in (True, False):
            found = made.search([('id', 'in', made.ids), ('ar_is_receivable', '=', value)])
            self.assertEqual(found, made.filtered(lambda account: account.ar_is_receivable == value))
        with self.assertRaisesRegex(ValidationError, "no asset account"):
            self.revenue.ar_receivable_kind = 'trade'
