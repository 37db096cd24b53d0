import random
from collections import defaultdict
from datetime import date, timedelta

from odoo.fields import Date
from odoo.tests import tagged

from .common import ScorecardCommon
from odoo.addons.ar_base.rules.money import exact

START = date(2024, 1, 1)


@tagged('post_install', '-at_install')
class TestCommissionGenerated(ScorecardCommon):
    """A generated year: the lines sum to the cash, approved months never change, corrections come after."""

    def setUp(self):
        super().setUp()
        self.random = random.Random(20241)
        self.eur = self.setup_other_currency(
            'EUR', rates=[('2024-01-01', 0.5), ('2024-04-01', 0.43), ('2024-08-01', 0.61)]
        )
        self.invoices, self.payments = self.env['account.move'], self.env['account.payment']

    # === Events ===

    def _play(self, day):
        """Let one of the things happen that happen to invoices."""
        pick = self.random.choice
        kind = pick(
            [
                'invoice',
                'invoice',
                'pay',
                'pay',
                'pay',
                'part',
                'discount',
                'credit',
                'refund',
                'bounce',
                'unmatch',
            ]
            + ['seller', 'backdated']
        )
        opened = self.invoices.filtered(
            lambda move: move.amount_residual > 1 and move.invoice_date <= day and move.state == 'posted'
        )
        paid = self.invoices.filtered(lambda move: move.payment_state in ('paid', 'in_payment'))
        match kind:
            case 'pay' | 'part' | 'discount' | 'backdated' if opened:
                self._receive(pick(opened), day, kind)
            case 'credit' if opened:
                self._credited(pick(opened), day)
            case 'refund' if paid:
                credit = self._credited(pick(paid), day, self.random.randint(1, 90))
                if credit.amount_residual:
                    self._pay(credit, day, currency_id=credit.currency_id.id)
            case 'bounce' if alive := self.payments.filtered(lambda one: one.state in ('in_process', 'paid')):
                bounced = pick(alive)
                bounced.action_draft()
                bounced.action_cancel()
            case 'unmatch' if paid:
                self._receivable(pick(paid)).remove_move_reconcile()
            case 'seller' if self.invoices:
                pick(self.invoices).invoice_user_id = pick([self.seller, self.other_seller])
            case _:
                amount = self.random.randint(100, 99999) / 100
                due = day + timedelta(days=self.random.choice([0, 14, 30]))
                self.invoices |= self._billed(
                    amount,
                    day,
                    due,
                    pick([self.seller, self.other_seller]),
                    currency=pick([self.eur, self.company.currency_id]),
                )

    def _receive(self, invoice, day, kind):
        residual = invoice.amount_residual
        amount = invoice.currency_id.round(residual * {'part': 0.4, 'discount': 0.9}.get(kind, 1)) or residual
        values = {'currency_id': invoice.currency_id.id}
        if kind == 'discount':
            values['payment_difference_handling'] = 'reconcile'
            values['writeoff_account_id'] = self.company_data['default_account_expense'].id
        if kind == 'backdated':
            day = max(invoice.invoice_date, day - timedelta(days=50))
        self.payments |= self._pay(invoice, day, amount, **values)

    # === The oracle: cash by the documents of Odoo alone ===

    def _cash(self, until):
        """Return {salesperson: cash}: payments matched with documents, less what they expensed."""
        cash = defaultdict(lambda: exact(0))
        sellers = self.seller | self.other_seller
        moves = self.env['account.move'].search(
            [('invoice_user_id', 'in', sellers.ids), ('state', '=', 'posted')]
        )
        for line in self._receivable(moves.filtered(lambda move: move.state == 'posted')):
            for partial in line.matched_credit_ids | line.matched_debit_ids:
                other = (partial.credit_move_id | partial.debit_move_id) - line
                if other.move_id.origin_payment_id and partial.max_date <= until:
                    amount = exact(partial.amount) - self._expensed(other, partial.amount)
                    cash[line.move_id.invoice_user_id] += amount if line.balance > 0 else -amount
        return cash

    def _expensed(self, line, amount):
        """Return the part of the amount that the entry of the receipt books to expenses."""
        lines = line.move_id.line_ids.filtered(lambda one: one.account_type == 'expense')
        spent = sum(lines.mapped('balance')) / abs(line.balance)
        return exact(self.company.currency_id.round(amount * spent))

    def test_a_year(self):
        frozen = {}
        day = START
        while day.year == 2024:
            for _event in range(6):
                self._play(day + timedelta(days=self.random.randint(0, 27)))
            end = Date.end_of(day, 'month')
            statements = self._compute(end)
            statements |= self._compute(end)
            cash = self._cash(end)
            for seller in (self.seller, self.other_seller):
                lines = self.env['ar.commission.line'].search([('salesperson_id', '=', seller.id)])
                total = sum((exact(line.cash) for line in lines), exact(0))
                self.assertEqual(total, cash[seller], (end, seller.name))
                self.assertEqual(
                    sum((exact(one.cash) for one in lines.statement_id), exact(0)),
                    total,
                    "statements and lines",
                )
            self._approve(statements)
            for statement in statements:
                frozen[statement] = self._said(statement)
            for statement, said in frozen.items():
                self.assertEqual(self._said(statement), said, "an approved month changed")
            day = end + timedelta(days=1)
        lines = self.env['ar.commission.line'].search([('company_id', '=', self.company.id)])
        self.assertEqual(set(lines.mapped('kind')), {'cash', 'late', 'refund', 'back'})
        for line in lines.filtered(lambda line: line.kind == 'back'):
            self.assertEqual(line.corrects_id.partial_key, line.partial_key)
            self.assertLess(line.corrects_id.statement_id.month, line.statement_id.month)
        self._pays_what_lines_say(list(frozen))

    def _said(self, statement):
        statement.invalidate_recordset()
        return statement.read(['cash', 'earned', 'corrections', 'payable', 'carried_out', 'state']), [
            (line.partial_key, line.kind, line.cash, line.commission)
            for line in statement.line_ids.sorted('id')
        ]

    def _pays_what_lines_say(self, statements):
        """What was paid and what is carried at the end is what all lines earned."""
        for seller in (self.seller, self.other_seller):
            own = self.env['ar.commission.statement'].union(*statements)
            own = own.filtered(lambda one: one.salesperson_id == seller).sorted('month')
            earned = sum((exact(line.commission) for line in own.line_ids), exact(0))
            paid = sum((exact(one.payable) for one in own), exact(0))
            self.assertEqual(paid + exact(own[-1].carried_out), earned)
