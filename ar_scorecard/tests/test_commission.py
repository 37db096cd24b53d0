import base64
import io

from openpyxl import load_workbook

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import FEB, JAN, MAR, ScorecardCommon


@tagged('post_install', '-at_install')
class TestCommission(ScorecardCommon):
    """Commission follows the cash, month by month; what was approved never changes."""

    def test_by_age_of_the_receipt(self):
        """On time all of the rate, 30 days late 80 %, older than the last line nothing."""
        for due in ('2024-01-20', '2024-01-01', '2023-10-01'):
            self._pay(self._billed(1000, '2023-09-01', due), '2024-01-20')
        self.assertLines(
            self._of(self._compute(JAN)), ('cash', 1000, 100), ('cash', 1000, 80), ('cash', 1000, 0)
        )

    def test_only_cash_counts(self):
        """A credit note, a discount and an exchange difference bring no cash."""
        self._credited(self._billed(500), '2024-01-15')
        self._pay(
            self._billed(1000),
            '2024-01-10',
            900,
            payment_difference_handling='reconcile',
            writeoff_account_id=self.company_data['default_account_expense'].id,
        )
        eur = self.setup_other_currency('EUR', rates=[('2024-01-01', 0.5), ('2024-01-20', 0.4)])
        foreign = self._billed(100, currency=eur, due='2024-01-30')
        self._pay(foreign, '2024-01-25', currency_id=eur.id)
        self.assertLines(self._of(self._compute(JAN)), ('cash', 900, 90), ('cash', 200, 20))

    def test_without_tax(self):
        self.plan.on_untaxed = True
        invoice = self._billed(1000)
        taxed = self._billed(1000, post=False)
        taxed.invoice_line_ids.tax_ids = self.tax
        taxed.action_post()
        self._pay(invoice, '2024-01-10')
        self._pay(taxed, '2024-01-10')
        self.assertLines(self._of(self._compute(JAN)), ('cash', 1000, 100), ('cash', 1100, 100))

    def test_the_invoice_names_the_salesperson(self):
        """The customer's salesperson of today does not matter."""
        invoice = self._billed(1000)
        invoice.commercial_partner_id.user_id = self.other_seller
        self._pay(invoice, '2024-01-10')
        statements = self._compute(JAN)
        self.assertEqual(self._of(statements).cash, 1000)
        self.assertFalse(self._of(statements, self.other_seller).line_ids)

    def test_computed_twice_is_the_same(self):
        self._pay(self._billed(1000), '2024-01-10')
        first = self._compute(JAN)
        again = self._compute(JAN)
        self.assertEqual(first, again)
        self.assertLines(self._of(again), ('cash', 1000, 100))

    def test_bounced_after_approval(self):
        """The approved month stays; the next one takes back, and names the line."""
        payment = self._pay(self._billed(1000), '2024-01-10')
        january = self._compute(JAN)
        self._approve(january)
        line = self._of(january).line_ids
        payment.action_draft()
        payment.action_cancel()
        february = self._of(self._compute(FEB))
        self.assertLines(self._of(january), ('cash', 1000, 100))
        self.assertLines(february, ('back', -1000, -100))
        self.assertEqual(february.line_ids.corrects_id, line)
        self.assertEqual((february.payable, february.carried_out), (0, -100))
        self._approve(self._compute(FEB))
        self._pay(self._billed(3000, '2024-03-01'), '2024-03-01')
        march = self._of(self._compute(MAR))
        self.assertLines(march, ('cash', 3000, 300))
        self.assertEqual((march.carried_in, march.payable, march.carried_out), (-100, 200, 0))

    def test_unmatched_and_matched_again(self):
        """Taken back once, earned again at the age of the new match."""
        invoice = self._billed(1000)
        payment = self._pay(invoice, '2024-01-10')
        self._approve(self._compute(JAN))
        self._receivable(invoice).remove_move_reconcile()
        self._approve(self._compute(FEB))
        self._match(invoice, payment.move_id)
        self.assertLines(self._of(self._compute(MAR)), ('late', 1000, 100))

    def test_credit_note_after_payment(self):
        """What is refunded takes back the last receipt of the invoice, at its rate."""
        invoice = self._billed(1000, due='2024-01-01')
        self._pay(invoice, '2024-01-10')
        january = self._compute(JAN)
        self._approve(january)
        refund = self._credited(invoice, '2024-02-05', 400)
        self.assertLines(self._of(self._compute(FEB)))
        self._pay(refund, '2024-02-20')
        february = self._of(self._compute(FEB))
        self.assertLines(february, ('refund', -400, -32))
        self.assertEqual(february.line_ids.corrects_id, self._of(january).line_ids)

    def test_refunded_in_the_same_month(self):
        invoice = self._billed(1000)
        self._pay(invoice, '2024-01-10')
        self._pay(self._credited(invoice, '2024-01-15'), '2024-01-20')
        statement = self._of(self._compute(JAN))
        self.assertLines(statement, ('cash', 1000, 100), ('refund', -1000, -100))
        refund = statement.line_ids.filtered(lambda line: line.kind == 'refund')
        self.assertEqual(refund.corrects_id, statement.line_ids - refund)

    def test_another_salesperson_after_approval(self):
        """Commission moves in the next open month, and the sum stays the cash."""
        invoice = self._billed(1000)
        self._pay(invoice, '2024-01-10')
        self._approve(self._compute(JAN))
        invoice.invoice_user_id = self.other_seller
        february = self._compute(FEB)
        self.assertLines(self._of(february), ('back', -1000, -100))
        self.assertLines(self._of(february, self.other_seller), ('late', 1000, 100))

    def test_receipt_entered_late(self):
        """Cash of an approved month comes in the next one."""
        invoice = self._billed(1000)
        self._approve(self._compute(JAN))
        self._pay(invoice, '2024-01-10')
        self.assertLines(self._of(self._compute(FEB)), ('late', 1000, 100))

    def test_salesperson_who_left(self):
        """Somebody without a plan by now still gives back."""
        payment = self._pay(self._billed(1000), '2024-01-10')
        self._approve(self._compute(JAN))
        assignment = self.plan.assignment_ids.filtered(lambda one: one.user_id == self.seller)
        assignment.date_to = '2024-01-31'
        payment.action_draft()
        self.assertLines(self._of(self._compute(FEB)), ('back', -1000, -100))

    def test_deduction_minimum_maximum(self):
        self.plan.write({'overdue_rate': 1, 'has_maximum': True, 'maximum': 50})
        self._billed(2000)
        self._pay(self._billed(1000), '2024-01-10')
        statement = self._of(self._compute(JAN))
        self.assertEqual((statement.overdue, statement.deduction, statement.payable), (2000, -20, 50))
        self.plan.write({'maximum': 500, 'minimum': 90})
        self.assertEqual(self._of(self._compute(JAN)).payable, 90)

    # === Order, rights, four eyes ===

    def test_months_in_their_order(self):
        self._pay(self._billed(1000), '2024-01-10')
        january = self._compute(JAN)
        with self.assertRaisesRegex(UserError, "Approve 2024-01"):
            self._compute(FEB)
        self._approve(january)
        self._compute(FEB)
        with self.assertRaisesRegex(UserError, "is settled"):
            self._compute(JAN)
        self._approve(self._compute(FEB))
        with self.assertRaisesRegex(UserError, "not ended"):
            self._compute(JAN.replace(year=2025))

    def test_four_eyes(self):
        """Neither who computed it approves it, nor the salesperson, nor an accountant."""
        self._pay(self._billed(1000), '2024-01-10')
        statements = self._compute(JAN, self.manager)
        with self.assertRaises(AccessError):
            statements.with_user(self.manager).action_approve()
        self.seller.group_ids |= self.env.ref('ar_base.group_manager')
        with self.assertRaises(AccessError):
            self._of(statements).with_user(self.seller).action_approve()
        with self.assertRaises(AccessError):
            statements.with_user(self.accountant).action_approve()
        self.assertEqual(set(statements.mapped('state')), {'draft'})

    def test_seller_sees_only_their_own(self):
        for seller in (self.seller, self.other_seller):
            self._pay(self._billed(1000, seller=seller), '2024-01-10')
        statements = self._compute(JAN)
        own, others = self._of(statements), self._of(statements, self.other_seller)
        Statement = self.env['ar.commission.statement'].with_user(self.seller)
        self.assertEqual(Statement.search([]), own)
        self.assertEqual(own.with_user(self.seller).line_ids.mapped('commission'), [100])
        self.assertFalse(self.env['ar.commission.line'].with_user(self.seller).search([]) & others.line_ids)
        for record in (others, others.line_ids):
            with self.assertRaises(AccessError):
                record.with_user(self.seller).read(['cash'])

    @mute_logger('odoo.models', 'odoo.addons.base.models.ir_model')
    def test_nobody_writes(self):
        """Neither the seller nor a manager, whatever the context says."""
        self._pay(self._billed(1000), '2024-01-10')
        statement = self._of(self._compute(JAN))
        for user in (self.seller, self.accountant, self.manager):
            for record, vals in (
                (statement, {'payable': 9999}),
                (statement, {'state': 'approved'}),
                (statement.line_ids, {'commission': 9999}),
            ):
                with self.subTest(user=user.login, vals=vals), self.assertRaises(AccessError):
                    record.with_user(user).write(vals)
            with self.assertRaises(AccessError):
                self.env['ar.commission.statement'].with_user(user).with_context(
                    default_company_id=self.company.id,
                    default_month=FEB,
                    default_salesperson_id=self.seller.id,
                    default_payable=9999,
                    default_state='approved',
                ).create({})
            with self.assertRaises(UserError):
                statement.with_user(user).unlink()
        for name in ('ar.commission.plan', 'ar.commission.assignment', 'ar.commission.compute'):
            with self.assertRaises(AccessError):
                self.env[name].with_user(self.seller).create({})
        with self.assertRaises(AccessError):
            self._compute(JAN, self.seller)
        self.assertEqual((statement.payable, statement.state), (100, 'draft'))

    def test_one_plan_at_a_time(self):
        with self.assertRaises(ValidationError):
            self.plan.assignment_ids.create(
                {'plan_id': self.plan.id, 'user_id': self.seller.id, 'date_from': '2024-06-01'}
            )

    def test_export_for_payroll(self):
        """One row for each salesperson, of approved statements only."""
        for seller in (self.seller, self.other_seller):
            self._pay(self._billed(1000, seller=seller), '2024-01-10')
        statements = self._compute(JAN)
        with self.assertRaises(UserError):
            statements.with_user(self.accountant).action_export()
        self._approve(statements)
        action = statements.with_user(self.accountant).action_export()
        attachment = self.env['ir.attachment'].browse(int(action['url'].split('/')[3].split('?')[0]))
        rows = list(load_workbook(io.BytesIO(base64.b64decode(attachment.datas))).active.values)
        self.assertEqual(len(rows), 1 + len(statements))
        self.assertEqual(
            [row[1:8:6] for row in rows[1:]],
            [(one.name, 100) for one in statements.sorted('id').salesperson_id],
        )
        with self.assertRaises(AccessError):
            self._of(statements).with_user(self.seller).action_export()

    def test_queries_do_not_grow_with_people(self):
        """Computing takes the same number of queries for three salespersons and for twelve."""

        def count(month, people):
            for seller in people:
                self._pay(self._billed(100, str(month), seller=seller), month)
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            statements = self._compute(month)
            self.env.flush_all()
            queries = self.env.cr.sql_log_count - start
            self._approve(statements)
            return queries

        names = [f'manyseller{number}' for number in range(10)]
        people = self.env['res.users'].create([{'name': name, 'login': name} for name in names])
        count(JAN, self.seller)  # what a process keeps is warm now
        few = count(FEB, self.seller)
        self.plan.assignment_ids = [
            (0, 0, {'user_id': seller.id, 'date_from': '2024-03-01'}) for seller in people
        ]
        self.assertLessEqual(count(MAR, self.seller | people), few + 3)
