import psycopg2

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import TODAY, InterestCommon

SAME = ('kind', 'credit_account_id', 'partner_id', 'company_id', 'currency_id', 'amount')


@tagged('post_install', '-at_install')
@freeze_time('2024-06-30')
class TestInterestCharges(InterestCommon):
    """Charged once, waived with a reason, booked as documents of their own."""

    def _waive(self, charges, user, reason="Goodwill", propose=False):
        wizard = (
            self.env['ar.charge.waive']
            .with_user(user)
            .create({'charge_ids': [Command.set(charges.ids)], 'reason': reason})
        )
        return wizard.action_propose() if propose else wizard.action_waive()

    # === Charging ===

    def test_no_day_twice(self):
        item = self._document(36500)
        first = self._charge(item, '2024-03-31')
        self.assertEqual(
            (first.amount, str(first.date_from), str(first.date_until)), (600, '2024-02-01', '2024-03-31')
        )
        self.assertFalse(self._charge(item, '2024-03-31'))
        second = self._charge(item, '2024-04-10')
        self.assertEqual((second.amount, str(second.date_from)), (100, '2024-04-01'))
        self.assertEqual(first.credit_account_id.partner_id, self.customer)
        self.assertIn('INV/', first.name)

    def test_the_database_refuses_a_day_twice(self):
        charge = self._charge(self._document(36500), '2024-03-31')
        with (
            self.assertRaises(psycopg2.errors.ExclusionViolation),
            mute_logger('odoo.sql_db'),
            self.cr.savepoint(),
        ):
            charge.sudo()._create_with_facts(
                {
                    **charge._convert_to_write({name: charge[name] for name in SAME}),
                    'move_line_id': charge.move_line_id.id,
                    'date_from': '2024-03-31',
                    'date_until': '2024-04-30',
                }
            )

    def test_below_the_minimum_the_days_stay_open(self):
        scheme, item = self._scheme(rate=10, minimum=150), self._document(36500)
        self.assertFalse(self._charge(item, '2024-02-14', scheme))
        self.assertEqual(self._charge(item, '2024-02-15', scheme).amount, 150)

    def test_no_role_writes_by_hand(self):
        charge = self._charge(self._document(36500))
        for user in (self.collector, self.controller, self.accountant):
            with self.subTest(user.login):
                mine = charge.with_user(user)
                self.assertTrue(mine.amount)
                for attempt in (lambda mine=mine: mine.write({'amount': 1}), lambda mine=mine: mine.unlink()):
                    with self.assertRaises(AccessError):
                        attempt()
        with self.assertRaises(UserError):
            charge.unlink()

    def test_companies_are_apart(self):
        charge = self._charge(self._document(36500))
        other = self.setup_other_company()['company']
        stranger = self._user('int_stranger', 'ar_base.group_controller')
        stranger.write({'company_ids': [Command.set(other.ids)], 'company_id': other.id})
        self.assertNotIn(charge, self.Charge.with_user(stranger).search([]))

    # === Waiving ===

    def test_collectors_ask_controllers_waive(self):
        charge = self._charge(self._document(36500))
        with self.assertRaisesRegex(AccessError, "Credit controller"):
            self._waive(charge, self.collector)
        self._waive(charge, self.collector, "Our goods were late", propose=True)
        self.assertEqual(
            (charge.state, charge.asked_by_id, charge.asked_reason),
            ('memo', self.collector, "Our goods were late"),
        )
        self._waive(charge, self.controller)
        self.assertEqual(
            (charge.state, charge.waived_by_id, charge.waive_reason), ('waived', self.controller, "Goodwill")
        )
        self.assertIn("Goodwill", charge.credit_account_id.message_ids[0].body)
        self.assertEqual(charge.credit_account_id.message_ids[0].author_id, self.controller.partner_id)

    def test_from_the_amount_of_the_matrix_on_one_asks_and_another_waives(self):
        other = self._user('int_second', 'ar_base.group_controller')
        self.env['ar.approval.rule'].create(
            {
                'kind': 'waiver',
                'min_amount': 500,
                'company_id': self.company.id,
                'user_ids': [Command.set(self.controller.ids)],
            }
        )
        charge = self._charge(self._document(36500), '2024-03-31')
        with self.assertRaisesRegex(AccessError, "two people"):
            self._waive(charge, self.controller)
        self._waive(charge, self.controller, "Old customer", propose=True)
        with self.assertRaisesRegex(AccessError, "Nobody can waive"):
            self._waive(charge, self.controller)
        self._waive(charge, self.collector, "Old customer", propose=True)
        with self.assertRaisesRegex(AccessError, "Only int_controller"):
            self._waive(charge, other)
        self._waive(charge, self.controller)
        self.assertEqual((charge.state, charge.waived_by_id), ('waived', self.controller))
        small = self._charge(self._document(365), '2024-03-31')
        self._waive(small, other)
        self.assertEqual(small.state, 'waived')

    def test_the_journal_tells_of_each_charge(self):
        charge = self._charge(self._document(36500), '2024-03-31')
        self._waive(charge, self.controller)
        entries = self.env['ar.journal'].search([('model', '=', charge._name), ('res_id', '=', charge.id)])
        self.assertEqual(entries.sorted('id').mapped('event'), ['memo', 'waived'])
        self.assertIn('"amount":"600.00 USD"', entries[0].figures)
        self.assertIn('"waive_reason":"Goodwill"', entries[0].figures)
        self.assertEqual(charge._journal_differences(self.company.root_id), {})
        self.env.cr.execute("UPDATE ar_interest_charge SET amount = 1 WHERE id = %s", [charge.id])
        self.env.invalidate_all()
        self.assertEqual(charge._journal_differences(self.company.root_id), {charge.id: ['amount']})

    def test_a_reason_is_required(self):
        charge = self._charge(self._document(36500))
        for reason in (False, "  "):
            with self.assertRaisesRegex(UserError, "reason"):
                self._waive(charge, self.controller, reason)

    def test_waived_days_stay_waived_cancelled_days_do_not(self):
        item = self._document(36500)
        charge = self._charge(item)
        self._waive(charge, self.controller)
        self.assertFalse(self._charge(item))
        charge.with_user(self.controller).action_reinstate()
        self.assertEqual((charge.state, charge.waive_reason), ('memo', False))
        charge.with_user(self.controller).action_cancel()
        self.assertEqual(self._charge(item).amount, charge.amount)
        with self.assertRaisesRegex(UserError, "already cancelled"):
            charge.with_user(self.controller).action_cancel()

    # === Booking ===

    def test_one_invoice_per_customer_and_currency(self):
        eur = self.setup_other_currency('EUR', rates=[('2024-01-01', 0.5)])
        other = self.env['res.partner'].create({'name': "Ming"})
        items = (
            self._document(36500)
            | self._document(3650)
            | self._document(365, currency_id=eur.id)
            | self._document(36500, partner=other)
        )
        charges = self._charge(items)
        action = charges.with_user(self.accountant).action_book()
        invoices = self.env['account.move'].search(action['domain'])
        self.assertEqual(len(invoices), 3)
        self.assertEqual(set(invoices.mapped('state')), {'draft'})
        both = charges[0].invoice_id
        self.assertEqual(both.ar_charge_ids, charges[:2])
        self.assertEqual(both.invoice_line_ids.account_id, self.income)
        self.assertFalse(both.invoice_line_ids.tax_ids)
        self.assertEqual(
            [charge.invoice_line_id.price_subtotal for charge in charges], charges.mapped('amount')
        )
        self.assertEqual((both.invoice_date, both.invoice_date_due), (TODAY, TODAY))
        self.assertIn(charges[0].move_id.name, charges[0].invoice_line_id.name)

    def test_the_income_of_the_ledger_is_what_was_charged(self):
        scheme = self._scheme(rate=10, booking='invoice', auto_post=True)
        charges = self._charge(self._document(36500) | self._document(3650), scheme=scheme)
        self.assertEqual(set(charges.mapped('to_book')), {True})
        charges._book()
        self.assertEqual(charges.invoice_id.state, 'posted')
        balance = sum(
            self.env['account.move.line']
            .search([('account_id', '=', self.income.id), ('parent_state', '=', 'posted')])
            .mapped('balance')
        )
        self.assertAlmostEqual(-balance, sum(charges.mapped('amount')))

    def test_only_who_may_invoice_books(self):
        charge = self._charge(self._document(36500))
        for user in (self.collector, self.controller):
            with self.assertRaises(AccessError):
                charge.with_user(user).action_book()

    def test_a_locked_date_is_refused(self):
        charge = self._charge(self._document(36500))
        self.company.sudo().fiscalyear_lock_date = TODAY
        with self.assertRaisesRegex(UserError, r"Hua cannot be booked on 06/30/2024.*Lock Date"):
            charge.with_user(self.accountant).action_book()
        self.assertEqual((charge.state, charge.invoice_id), ('memo', self.env['account.move']))

    def test_no_account_says_where_to_enter_it(self):
        self.env['ar.charge.posting'].search([]).unlink()
        charge = self._charge(self._document(36500))
        with self.assertRaisesRegex(UserError, "Booking of Charges"):
            charge.with_user(self.accountant).action_book()

    def test_by_itself(self):
        scheme = self._scheme(rate=10, booking='invoice', auto_post=True)
        good, later = self._charge(self._document(36500), scheme=scheme), self._document(3650)
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref('ar_dunning_interest.ir_cron_book_charges').method_direct_trigger()
        self.assertEqual((good.state, good.invoice_id.state), ('booked', 'posted'))
        bad = self._charge(later, scheme=scheme)
        self.company.sudo().fiscalyear_lock_date = TODAY
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref('ar_dunning_interest.ir_cron_book_charges').method_direct_trigger()
        self.assertEqual(bad.state, 'memo')
        self.assertIn("Lock Date", bad.booking_error)

    def test_a_reversal_opens_the_days_again(self):
        item = self._document(36500)
        charge = self._charge(item)
        charge._book().action_post()
        self.assertFalse(self._charge(item))
        charge.invoice_id._reverse_moves([{'date': TODAY, 'invoice_date': TODAY}], cancel=True)
        self.assertEqual(charge.state, 'cancelled')
        self.assertEqual(self._charge(item).amount, charge.amount)

    def test_deleting_or_cancelling_the_draft_opens_the_days_again(self):
        for undo in ('unlink', 'button_cancel'):
            with self.subTest(undo):
                charge = self._charge(self._document(36500))
                getattr(charge._book(), undo)()
                self.assertEqual(charge.state, 'cancelled')

    def test_a_partial_credit_note_opens_nothing(self):
        charge = self._charge(self._document(36500))
        invoice = charge._book()
        invoice.action_post()
        self._document(1, '2024-06-30', 'out_refund', reversed_entry_id=invoice.id)
        self.assertEqual(charge.state, 'booked')

    def test_waiving_a_booked_charge_credits_it(self):
        charges = self._charge(self._document(36500) | self._document(3650))
        invoice = charges._book()
        invoice.action_post()
        self._waive(charges[0], self.controller)
        self.assertEqual(charges.mapped('state'), ['waived', 'booked'])
        note = charges[0].credit_note_id
        self.assertEqual(
            (note.state, note.reversed_entry_id, note.amount_total), ('posted', invoice, charges[0].amount)
        )
        self.assertAlmostEqual(invoice.amount_residual, charges[1].amount)
        invoice._reverse_moves([{'date': TODAY, 'invoice_date': TODAY}], cancel=True)
        self.assertEqual(charges.mapped('state'), ['waived', 'cancelled'])

    def test_waiving_what_is_on_a_draft(self):
        charges = self._charge(self._document(36500) | self._document(3650))
        invoice = charges._book()
        self._waive(charges[0], self.controller)
        self.assertEqual(invoice.amount_total, charges[1].amount)
        self._waive(charges[1], self.controller)
        self.assertFalse(invoice.exists())
        self.assertEqual(set(charges.mapped('state')), {'waived'})

    # === Money that became known late ===

    def test_a_payment_known_late_is_found_and_charged_again(self):
        items = self._document(36500) | self._document(36500)
        charges = self._charge(items, '2024-03-31')
        self.assertEqual((charges.mapped('amount'), charges.mapped('overcharged')), ([600, 600], [0, 0]))
        self._pay(items[0], '2024-03-21', 18250)
        charges.invalidate_recordset()
        self.assertEqual(charges.mapped('overcharged'), [50, 0])
        self.assertEqual(self.Charge.search([('overcharged', '>', 0)]), charges[0])
        charges.with_user(self.controller).action_recharge()
        again = self.Charge.search([('move_line_id', '=', items[0].id), ('state', '=', 'memo')])
        self.assertEqual(
            (charges.mapped('state'), again.amount, again.date_from),
            (['cancelled', 'memo'], 550, charges[0].date_from),
        )
        self.assertEqual(self._charge(items[0], '2024-04-10').amount, 50)
        with self.assertRaisesRegex(UserError, "too high"):
            again.with_user(self.controller).action_recharge()

    def test_what_is_booked_too_high_is_credited(self):
        item = self._document(36500)
        charge = self._charge(item, '2024-03-31')
        invoice = charge._book()
        invoice.action_post()
        self._document(36500, '2024-06-30', 'out_refund', reversed_entry_id=item.move_id.id)
        self.assertTrue(item.reconciled, "a credit note of the whole is matched by itself")
        charge.invalidate_recordset()
        charge.with_user(self.controller).action_recharge()
        self.assertEqual((charge.state, invoice.amount_residual), ('cancelled', 0))
        self.assertFalse(self.Charge.search([('move_line_id', '=', item.id), ('state', '!=', 'cancelled')]))

    # === Allocation ===

    def _allocation(self, order='fees,interest,principal'):
        account = self.env['ar.credit.account']._for_partner(self.customer, self.company)
        self.scheme.allocation_order = order
        self.company.ar_interest_scheme_id = self.scheme
        action = account.with_user(self.accountant).action_allocate_receipt()
        return self.env['ar.charge.allocation'].with_user(self.accountant).browse(action['res_id'])

    def _receipt(self, amount):
        payment = self.env['account.payment'].create(
            {
                'payment_type': 'inbound',
                'partner_type': 'customer',
                'partner_id': self.customer.id,
                'amount': amount,
                'date': TODAY,
            }
        )
        payment.action_post()
        return self._receivable(payment.move_id)

    def test_costs_and_interest_before_principal(self):
        item = self._document(36500)
        charge = self._charge(item)
        charge._book().action_post()
        receipt = self._receipt(2000)
        wizard = self._allocation()
        self.assertEqual(wizard.line_ids.mapped('kind'), ['interest', 'principal'])
        self.assertEqual(wizard.line_ids.mapped('applied'), [1510, 490])
        wizard.action_apply()
        self.assertTrue(receipt.reconciled)
        self.assertEqual((charge.invoice_id.amount_residual, item.amount_residual), (0, 36010))

    def test_principal_first_and_what_is_left_out(self):
        old, new = self._document(300), self._document(500, '2024-02-28')
        self._receipt(900)
        wizard = self._allocation('principal,interest,fees')
        self.assertEqual(wizard.line_ids.move_line_id, old | new)
        wizard.line_ids[0].included = False
        wizard._onchange_lines()
        self.assertEqual((wizard.line_ids.mapped('applied'), wizard.excess), ([0, 500], 400))
        wizard.action_apply()
        self.assertEqual((old.amount_residual, new.amount_residual), (300, 0))

    def test_what_changed_since_is_refused(self):
        item = self._document(300)
        self._receipt(100)
        wizard = self._allocation()
        self._pay(item, fields.Date.to_string(TODAY), 250)
        with self.assertRaisesRegex(UserError, "matched in the meantime"):
            wizard.action_apply()

    def test_no_receipt_no_proposal(self):
        self._document(300)
        with self.assertRaisesRegex(UserError, "no receipt"):
            self._allocation()
