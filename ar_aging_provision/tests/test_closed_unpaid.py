import re

import lxml.html

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged

from .common import SubledgerCommon


@tagged('post_install', '-at_install')
class TestClosedUnpaid(SubledgerCommon, HttpCase):
    """What was given up is not called paid; money for what was given up before the system is a recovery."""

    def _status(self, invoice):
        invoice.invalidate_recordset()
        seller = new_test_user(
            self.env,
            f's{invoice.id}{self.env["res.users"].search_count([])}',
            'account.group_account_invoice',
        )
        seller.write({'company_id': self.company.id, 'company_ids': [Command.set(self.company.ids)]})
        return invoice.with_user(seller).status_in_payment

    def test_a_written_off_invoice_is_not_paid(self):
        paid, lost, part = (self._invoice(100, due='2024-01-15') for _one in range(3))
        self._pay(paid, '2024-02-01')
        self._pay(part, '2024-02-01', 60)
        write_off = self._write_off('2024-02-10')
        self.assertEqual(
            [self._status(one) for one in (paid, lost, part)],
            [paid.payment_state, 'written_off', 'written_off'],
        )
        self.assertIn(lost.payment_state, ('paid', 'in_payment'), "Odoo's own status is left alone")
        write_off.action_reverse('2024-02-10')
        self.assertNotIn(self._status(lost), ('written_off', 'paid'))

    def test_written_off_by_hand_before_the_suite(self):
        invoice = self._invoice(100, due='2024-01-15')
        entry = self._entry_by_hand(-100, self.company_data['default_account_expense'])
        (invoice | entry).line_ids.filtered(lambda line: line.account_type == 'asset_receivable').reconcile()
        self.assertEqual(self._status(invoice), 'written_off')

    def _entry_by_hand(self, amount, account):
        move = self.env['account.move'].create(
            {
                'date': '2024-02-05',
                'line_ids': [
                    Command.create(
                        {
                            'account_id': self.company_data['default_account_receivable'].id,
                            'partner_id': self.customer.id,
                            'balance': amount,
                        }
                    ),
                    Command.create({'account_id': account.id, 'balance': -amount}),
                ],
            }
        )
        move.action_post()
        return move

    def test_moved_to_doubtful_then_paid_or_lost(self):
        account = self.env['account.account'].create(
            {
                'name': "Doubtful",
                'code': '121777',
                'account_type': 'asset_receivable',
                'reconcile': True,
                'ar_receivable_kind': 'doubtful',
            }
        )
        first, second = (self._invoice(100, due='2024-01-15') for _one in range(2))
        self.env['ar.doubtful.transfer'].with_user(self.accountant).create(
            {'partner_id': self.customer.id, 'date': '2024-02-05', 'account_id': account.id}
        ).action_apply()
        self.assertEqual([self._status(one) for one in (first, second)], ['doubtful', 'doubtful'])
        moved = self.env['account.move.line'].search([('account_id', '=', account.id)], order='id')
        receipt = self._entry_by_hand(-100, self.company_data['default_account_assets'])
        credit = receipt.line_ids.filtered('partner_id')
        credit.move_id.button_draft()
        credit.account_id = account
        credit.move_id.action_post()
        (moved[0] | credit).reconcile()
        self._write_off('2024-02-10')
        self.assertNotIn(self._status(moved[0].move_id and first), ('doubtful', 'written_off'))
        self.assertEqual(self._status(second), 'written_off')

    def test_the_portal_does_not_call_it_paid(self):
        new_test_user(
            self.env,
            'closedportal',
            'base.group_portal',
            password='closedportal',
            partner_id=self.contact.id,
            name=self.contact.name,
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        self._invoice(100, due='2024-01-15').message_subscribe(self.customer.ids)
        self._write_off('2024-02-10')
        self.authenticate('closedportal', 'closedportal')
        page = self.url_open('/my/invoices').text
        self.assertIn('o_ar_closed', page)
        self.assertNotIn('aria-label="Paid"', page)

    # === What the customer's copy says ===

    def _printed(self, invoice):
        """Return the rows below the totals of the printed invoice, as text."""
        self.env.invalidate_all()
        html, _type = self.env['ir.actions.report']._render_qweb_html(
            'account.report_invoice_with_payments', invoice.ids
        )
        rows = lxml.html.fromstring(html).xpath(
            "//tr[td[contains(., 'Paid on') or contains(., 'Amount Due')]]"
        )
        return [re.sub(r'[^\w./]+', ' ', row.text_content()).strip() for row in rows]

    def test_the_printed_invoice_lists_no_write_off_among_the_payments(self):
        part, whole = (self._invoice(100, due='2024-01-15') for _one in range(2))
        self._pay(part, '2024-02-01', 60)
        before = self._printed(part)
        self._write_off('2024-02-10')
        self.assertEqual(self._printed(part), before)
        self.assertEqual(before[-1], 'Amount Due 40.00')
        self.assertFalse(self._printed(whole), "nothing came in")

    def test_what_came_in_after_the_transfer_is_printed(self):
        invoice = self._invoice(100, due='2024-01-15')
        account = self.env['account.account'].create(
            {
                'name': "Doubtful",
                'code': '121777',
                'account_type': 'asset_receivable',
                'reconcile': True,
                'ar_receivable_kind': 'doubtful',
            }
        )
        self.env['ar.doubtful.transfer'].with_user(self.accountant).create(
            {'partner_id': self.customer.id, 'date': '2024-02-05', 'account_id': account.id}
        ).action_apply()
        self.assertFalse(self._printed(invoice))
        moved = self.env['account.move.line'].search([('account_id', '=', account.id)])
        receipt = self._entry_by_hand(-30, self.company_data['default_account_assets'])
        receipt.button_draft()
        receipt.line_ids.filtered('partner_id').account_id = account
        receipt.action_post()
        (moved | receipt.line_ids.filtered('partner_id')).reconcile()
        self.assertEqual(self._printed(invoice), ['Paid on 02/05/2024 30.00', 'Amount Due 70.00'])
        self._write_off('2024-02-10')
        self.assertEqual(self._printed(invoice), ['Paid on 02/05/2024 30.00', 'Amount Due 70.00'])

    # === Older than the system ===

    def _recovery(self, **values):
        return (
            self.env['ar.recovery']
            .with_user(self.accountant)
            .create(
                {
                    'partner_id': self.customer.id,
                    'date': '2024-02-10',
                    'amount': 80,
                    'journal_id': self.company_data['default_journal_bank'].id,
                    **values,
                }
            )
        )

    def test_recovery_of_a_write_off_older_than_the_system(self):
        self._invoice(1000, due='2024-01-15')
        self._run('2024-03-31')
        recovery = self._recovery(date='2024-04-10', evidence="Written off in 2019, file 4711")
        recovery.action_post()
        self.assertEqual(
            (recovery.state, recovery.via, self._allowance('2024-04-10')), ('posted', 'allowance', 580)
        )
        receivable = recovery.move_ids.line_ids.filtered(lambda one: one.account_type == 'asset_receivable')
        self.assertEqual(
            (sum(receivable.mapped('balance')), receivable.mapped('reconciled')), (0, [True, True])
        )
        run = self._run('2024-04-30')
        self.assertEqual((run.adjustment, self._expense(run.move_ids)), (-80, -80))
        self._assert_ties()
        recovery.action_reverse('2024-04-30')
        self.assertEqual((recovery.state, self._allowance('2024-04-30')), ('reversed', 420))
        self._assert_ties()

    def test_it_names_its_evidence_and_stays_with_its_customer(self):
        with self.assertRaisesRegex(ValidationError, "what was written off"):
            self._recovery()
        with self.assertRaisesRegex(ValidationError, "amount that came in"):
            self._recovery(evidence="File 4711", amount=-5)
        self._invoice(100, due='2024-01-15')
        write_off = self._write_off('2024-02-05')
        other = self.env['res.partner'].create({'name': "Other", 'is_company': True})
        with self.assertRaisesRegex(ValidationError, "another customer"):
            self._recovery(write_off_id=write_off.id).partner_id = other
        recovery = self._recovery(evidence="File 4711", date='2023-06-30')
        with self.assertRaisesRegex(UserError, "No provision policy"):
            recovery.action_post()
