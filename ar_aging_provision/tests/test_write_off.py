from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged

from .common import ProvisionCommon


@tagged('post_install', '-at_install')
class TestWriteOff(ProvisionCommon):
    """Write-off through the allowance or as a loss, recovery, reversal, transfer to doubtful receivables."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls._invoice(100, due='2024-03-01')

    def _write_off(self, post=True, amount=None, **values):
        write_off = (
            self.env['ar.write.off']
            .with_user(self.accountant)
            .create(
                {
                    'partner_id': self.customer.id,
                    'date': '2024-07-15',
                    'reason': "Insolvency closed",
                    **values,
                }
            )
        )
        write_off.action_load()
        if amount:
            write_off.line_ids.amount = amount
        if post:
            write_off.action_post()
        return write_off

    def _recover(self, write_off, amount, **values):
        recovery = (
            self.env['ar.recovery']
            .with_user(self.accountant)
            .create(
                {
                    'write_off_id': write_off.id,
                    'amount': amount,
                    'date': '2024-09-01',
                    'journal_id': self.company_data['default_journal_bank'].id,
                    **values,
                }
            )
        )
        recovery.action_post()
        return recovery

    def _kinds(self, move):
        return [
            (line.ar_allowance_kind, line.balance)
            for line in move.line_ids.sorted('id')
            if line.ar_allowance_kind
        ]

    def test_the_items_allowance_is_topped_up_first(self):
        self._run()
        write_off = self._write_off()
        self.assertEqual(write_off.line_ids.allowance, 50)
        self.assertEqual(self._kinds(write_off.move_id), [('charge', -50), ('write_off', 100)])
        self.assertEqual(self.invoice.amount_residual, 0)
        self.assertEqual(self._allowance('2024-07-15'), 0)
        self.assertEqual(self._run('2024-07-31').adjustment, 0)

    def test_it_is_known_to_the_assessment_for_24_months(self):
        account = self.env['ar.credit.account']._for_partner(self.customer, self.env.company)
        write_off = self._write_off(post=False)

        def known(day):
            return account._knockout_facts(fields.Date.to_date(day))

        self.assertEqual(known('2024-07-15'), {}, "a draft is none")
        write_off.action_post()
        self.assertEqual(known('2024-07-14'), {})
        self.assertRegex(known('2024-07-15')['written_off_24m'], "100.00.* written off on 07/15/2024")
        self.assertIn('written_off_24m', known('2026-07-14'))
        self.assertEqual(known('2026-07-15'), {})

    def test_without_top_up_the_next_run_adjusts(self):
        self._run()
        write_off = self._write_off(top_up='none')
        self.assertEqual(self._kinds(write_off.move_id), [('write_off', 100)])
        self.assertEqual(self._allowance('2024-07-15'), -50)
        self.assertEqual(self._run('2024-07-31').adjustment, 50)

    def test_a_part_and_the_rest_later(self):
        self._run()
        first = self._write_off(amount=30)
        self.assertEqual((first.line_ids.allowance, self.invoice.amount_residual), (30, 70))
        second = self._write_off(date='2024-07-20')
        self.assertEqual((second.amount, second.line_ids.allowance), (70, 20))  # 50 less the 30 used
        with self.assertRaisesRegex(UserError, "Choose what"):
            self._write_off(date='2024-07-21')

    def test_what_was_paid_in_between_is_not_written_off(self):
        write_off = self._write_off(post=False)
        self._pay(self.invoice, '2024-07-01', 60)
        with self.assertRaisesRegex(UserError, "Only .*40.* is open"):
            write_off.action_post()
        with self.assertRaisesRegex(ValidationError, "no more than"):
            self._write_off(post=False, amount=1000)

    def test_loss_net_of_vat_releases_the_allowance(self):
        tax = self.env['account.tax'].create({'name': "20", 'amount': 20, 'type_tax_use': 'sale'})
        taxed = self._invoice(
            100,
            due='2024-03-01',
            partner=self.env['res.partner'].create({'name': "Taxed"}),
            invoice_line_ids=[(0, 0, {'name': "x", 'price_unit': 100, 'tax_ids': [(6, 0, tax.ids)]})],
        )
        vat = taxed.line_ids.filtered('tax_line_id').account_id
        policy = self._policy([0.01, 0.05, 0.5], date_from='2024-02-01', profile='fr')
        self._run()
        write_off = self._write_off(partner_id=taxed.partner_id.id)
        self.assertEqual(write_off.line_ids.allowance, 50)  # half of the net 100
        booked = [(line.account_id, line.balance) for line in write_off.move_id.line_ids.sorted('id')]
        self.assertEqual(
            booked,
            [
                (policy.write_off_account_id, 100),
                (vat, 20),
                (self.company_data['default_account_receivable'], -120),
                (policy.allowance_account_id, 50),
                (policy.expense_account_id, -50),
            ],
        )
        self.assertEqual(taxed.amount_residual, 0)

    def test_recovery_through_the_allowance_is_released_by_the_next_run(self):
        self._run()
        write_off = self._write_off()
        recovery = self._recover(write_off, 15)
        self.assertEqual((recovery.via, write_off.recovered, write_off.outstanding), ('allowance', 15, 85))
        self.assertEqual(self._kinds(recovery.move_ids), [('recovery', -15)])
        receivable = recovery.move_ids.line_ids.filtered(lambda line: line.account_type == 'asset_receivable')
        self.assertEqual(
            (sum(receivable.mapped('balance')), receivable.mapped('reconciled')), (0, [True, True])
        )
        self.assertEqual(self._run('2024-09-30').adjustment, -15)
        with self.assertRaisesRegex(ValidationError, "still unrecovered"):
            self._recover(write_off, 85.01)

    def test_recovery_straight_to_income(self):
        write_off = self._write_off(top_up='none')
        recovery = self._recover(write_off, 40, via='income')
        self.assertFalse(self._kinds(recovery.move_ids))
        income = recovery.move_ids.line_ids.filtered(
            lambda line: line.account_id == self.policy.recovery_account_id
        )
        self.assertEqual(income.balance, -40)

    def test_reversal_opens_the_item_again(self):
        self._run()
        write_off = self._write_off()
        with self.assertRaisesRegex(UserError, "Reverse that instead"):
            write_off.move_id.sudo().button_draft()
        for vals in ({'state': 'draft'}, {'move_id': False}, {'reason': "Other"}):
            with self.assertRaisesRegex(UserError, "use the buttons"):
                write_off.sudo().write(vals)
        with self.assertRaisesRegex(UserError, "use the buttons"):
            write_off.line_ids.amount = 1
        with self.assertRaisesRegex(UserError, "cannot be deleted"):
            write_off.unlink()
        write_off.action_reverse()
        self.assertEqual(
            (write_off.state, self.invoice.amount_residual, self._allowance('2024-07-15')),
            ('reversed', 100, 50),
        )

    def test_locked_date(self):
        self.company.fiscalyear_lock_date = '2024-07-31'
        with self.assertRaisesRegex(UserError, "locked"):
            self._write_off()

    def test_foreign_currency(self):
        eur = self.setup_other_currency('EUR', rates=[('2024-01-01', 0.5), ('2024-07-01', 0.4)])
        partner = self.env['res.partner'].create({'name': "Abroad"})
        invoice = self._invoice(100, currency_id=eur.id, partner=partner)
        write_off = self._write_off(partner_id=partner.id)
        self.assertEqual((write_off.amount, invoice.amount_residual), (200, 0))

    def test_transfer_to_doubtful_opens_without_a_customer(self):
        with Form(self.env['ar.doubtful.transfer'].with_user(self.accountant)) as form:
            self.assertFalse(form.move_line_ids)
            form.partner_id = self.customer
            self.assertTrue(form.move_line_ids)

    def test_transfer_to_doubtful_keeps_the_age(self):
        doubtful = self.env['account.account'].create(
            {'name': "Doubtful", 'code': '121599', 'account_type': 'asset_receivable', 'reconcile': True}
        )
        wizard = (
            self.env['ar.doubtful.transfer']
            .with_user(self.accountant)
            .create({'partner_id': self.customer.id, 'date': '2024-06-15', 'account_id': doubtful.id})
        )
        wizard.action_apply()
        items = (
            self.env['ar.open.item']
            .with_context(as_of='2024-06-30', aging_scheme_id=self.scheme.id)
            .search([('commercial_partner_id', '=', self.customer.id)])
        )
        self.assertEqual(
            [(item.account_id, item.residual, item.bucket_id.name, item.invoice_date) for item in items],
            [(doubtful, 100, "Over 30", self.invoice.invoice_date)],
        )

    def test_the_list_asks_the_database_no_more_for_many_than_for_few(self):
        def queries_of(count):
            partners = self.env['res.partner'].create(
                [{'name': f'Lost {count} {i}', 'is_company': True} for i in range(count)]
            )
            self.env['ar.write.off'].with_user(self.accountant).create(
                [
                    {'partner_id': partner.id, 'date': '2024-02-05', 'reason': "Insolvency closed"}
                    for partner in partners
                ]
            )
            self.env.flush_all()
            self.env.invalidate_all()
            writes_off = self.env['ar.write.off'].with_user(self.accountant)
            view = writes_off.get_view(self.env.ref('ar_aging_provision.ar_write_off_view_list').id, 'list')
            names = view['models']['ar.write.off']
            fields = {
                name: {'fields': {'display_name': {}}} if name == 'partner_id' else {} for name in names
            }
            before = self.cr.sql_log_count
            found = writes_off.web_search_read([], fields, limit=80)
            self.assertGreaterEqual(len(found['records']), count)
            return self.cr.sql_log_count - before

        queries_of(1)  # what is asked once: rights, fields
        self.assertEqual(queries_of(3), queries_of(70))
