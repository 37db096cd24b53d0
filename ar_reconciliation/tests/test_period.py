from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from ..rules.period import COLUMNS
from .common import ReconciliationCommon

MONTHS = [('2024-01-01', '2024-01-31'), ('2024-02-01', '2024-02-29'), ('2024-03-01', '2024-03-31')]


class PeriodCommon(ReconciliationCommon):
    def _generate(self, month=0, by='salesperson', company=None):
        start, end = MONTHS[month]
        Model = self.env['ar.sales.reconciliation'].with_user(self.accountant)
        wizard = (
            self.env['ar.sales.reconciliation.generate']
            .with_user(self.accountant)
            .create({'month': start, 'by': by})
        )
        action = wizard.action_generate()
        parts = Model.search(action['domain'])
        self.assertEqual(
            {(str(part.date_from), str(part.date_to)) for part in parts} or {(start, end)}, {(start, end)}
        )
        return parts

    def _part(self, user, month=0):
        return self._generate(month).filtered(lambda part: part.salesperson_id == user)

    def _figures(self, part):
        """Return {customer name: the figures that are not zero}."""
        return {
            line.partner_id.name: {name: line[name] for name in COLUMNS[:8] if line[name]}
            for line in part.line_ids
            if any(line[name] for name in COLUMNS[:8])
        }

    def assertEquation(self, parts):
        """The equation holds for each customer; the parts sum to the whole; the whole is the open items and
        the ledger.
        """
        for part in parts:
            self.assertTrue(part.ties, part.name)
            for line in part.line_ids:
                self.assertEqual(line.gap, 0, (part.name, line.partner_id.name))
                self.assertAlmostEqual(
                    line.closing,
                    line.opening
                    + line.invoiced
                    - line.credited
                    - line.collected
                    - line.written_off
                    + line.exchange
                    + line.other,
                    2,
                )
        for day, name in ((parts[:1].date_to, 'closing'),):
            items = (
                self.env['ar.open.item']
                .with_context(as_of=day)
                .search([('company_id', '=', self.company.id)])
            )
            self.assertAlmostEqual(sum(parts.mapped(name)), sum(items.mapped('residual')), 2)
            self.assertAlmostEqual(parts[:1].ledger_closing, sum(items.mapped('residual')), 2)
        lines = self.env['account.move.line'].search(
            [
                ('account_id.account_type', '=', 'asset_receivable'),
                ('parent_state', '=', 'posted'),
                ('company_id', '=', self.company.id),
                ('date', '<', parts[:1].date_from),
            ]
        )
        self.assertAlmostEqual(sum(parts.mapped('opening')), sum(lines.mapped('balance')), 2)


@tagged('post_install', '-at_install')
class TestPeriod(PeriodCommon):
    """The figures of a month, by salesperson, from the ledger."""

    def test_a_month_of_two_sellers(self):
        _order, first = self._sold((1, 100))
        _order, second = self._sold((1, 200), seller=self.other_seller, partner=self.customer2)
        self._pay(first, '2024-01-20', 60)
        self._credit(second, '2024-02-05', 50)
        self._pay(
            first,
            '2024-02-10',
            45,
            payment_difference_handling='reconcile',
            writeoff_account_id=self.company_data['default_account_expense'].id,
        )
        january, february = self._generate(0), self._generate(1)
        self.assertEqual(
            {part.salesperson_id: self._figures(part) for part in january},
            {
                self.seller: {"Hua": {'invoiced': 110, 'collected': 60, 'closing': 50}},
                self.other_seller: {"Nord": {'invoiced': 220, 'closing': 220}},
            },
        )
        self.assertEqual(
            {part.salesperson_id: self._figures(part) for part in february},
            {
                self.seller: {"Hua": {'opening': 50, 'collected': 45, 'written_off': 5}},
                self.other_seller: {"Nord": {'opening': 220, 'credited': 55, 'closing': 165}},
            },
        )
        self.assertEqual(january.mapped('sales_untaxed'), [100, 200])
        self.assertEqual(january.mapped('sales_gap'), [0, 0])
        self.assertEquation(january)
        self.assertEquation(february)
        self.assertEqual(
            self._figures(self._generate(1, 'all')),
            {
                "Hua": {'opening': 50, 'collected': 45, 'written_off': 5},
                "Nord": {'opening': 220, 'credited': 55, 'closing': 165},
            },
        )

    def test_a_receipt_has_no_salesperson_until_it_is_matched(self):
        """The match moves it on its effective date to the salesperson of the invoice."""
        payment = self._receipt(300, '2024-01-15')
        _order, invoice = self._sold((1, 100), day='2024-02-01', invoiced='2024-02-03')
        self._match(invoice, payment.move_id)
        january, february = self._generate(0), self._generate(1)
        self.assertEqual(
            [(part.salesperson_id.name, self._figures(part)) for part in january],
            [(False, {"Hua": {'collected': 300, 'closing': -300}})],
        )
        self.assertEqual(
            {part.salesperson_id.name: self._figures(part) for part in february},
            {
                False: {"Hua": {'opening': -300, 'collected': -110, 'closing': -190}},
                self.seller.name: {"Hua": {'invoiced': 110, 'collected': 110}},
            },
        )
        self.assertEquation(january)
        self.assertEquation(february)

    def test_a_credit_note_belongs_to_the_seller_of_the_invoice(self):
        _order, invoice = self._sold((1, 100))
        reversal = invoice._reverse_moves([{'date': '2024-01-20', 'invoice_date': '2024-01-20'}])
        reversal.invoice_user_id = self.other_seller
        reversal.action_post()
        parts = self._generate(0)
        self.assertEqual(
            {part.salesperson_id: self._figures(part) for part in parts},
            {self.seller: {"Hua": {'invoiced': 110, 'credited': 110}}},
        )
        self.assertEqual(self._generate(0, 'all').credit_total, 110)

    def test_a_payment_of_another_customer(self):
        _order, invoice = self._sold((1, 100))
        payment = self._receipt(110, '2024-01-20', self.customer2)
        self._match(invoice, payment.move_id)
        parts = self._generate(0)
        self.assertEqual(
            {part.salesperson_id: self._figures(part) for part in parts},
            {self.seller: {"Hua": {'invoiced': 110, 'collected': 110}}},
        )
        self.assertEquation(parts)

    def test_exchange_difference_and_other_are_shown(self):
        eur = self.setup_other_currency('EUR', rates=[('2024-01-01', 0.5), ('2024-02-01', 0.4)])
        invoice = self.env['account.move'].create(
            {
                'move_type': 'out_invoice',
                'partner_id': self.customer.id,
                'invoice_date': '2024-01-10',
                'date': '2024-01-10',
                'currency_id': eur.id,
                'invoice_user_id': self.seller.id,
                'invoice_payment_term_id': False,
                'invoice_line_ids': [
                    Command.create({'name': "x", 'price_unit': 100, 'tax_ids': [Command.clear()]})
                ],
            }
        )
        invoice.action_post()
        self._pay(invoice, '2024-02-10', 100, currency_id=eur.id)
        clearing = self.env['account.move'].create(
            {
                'date': '2024-02-15',
                'line_ids': [
                    Command.create(
                        {'account_id': self.receivable.id, 'partner_id': self.customer.id, 'debit': 30}
                    ),
                    Command.create(
                        {'account_id': self.company_data['default_account_revenue'].id, 'credit': 30}
                    ),
                ],
            }
        )
        clearing.action_post()
        parts = self._generate(1)
        self.assertEqual(
            {part.salesperson_id: self._figures(part) for part in parts},
            {
                # The invoice is collected as it was booked; what the payment was worth beyond stays with the
                # exchange difference.
                self.env['res.users']: {"Hua": {'collected': 50, 'exchange': 50, 'other': 30, 'closing': 30}},
                self.seller: {"Hua": {'opening': 200, 'collected': 200}},
            },
        )
        self.assertEquation(parts)

    def test_by_team(self):
        teams = self.env['crm.team'].create([{'name': "North", 'user_id': self.seller.id}, {'name': "South"}])
        for team, price in zip(teams, (100, 200)):
            order = self._order((1, price))
            self._deliver(order)
            self._bill(order, team_id=team.id)
        parts = self._generate(0, 'team')
        self.assertEqual({part.team_id: part.closing for part in parts}, {teams[0]: 110, teams[1]: 220})
        self.assertEqual(parts.filtered(lambda part: part.team_id == teams[0]).sales_owner_id, self.seller)
        self.assertEquation(parts)

    def test_generated_once(self):
        self._sold((1, 100))
        parts = self._generate(0)
        self.assertEqual(self._generate(0), parts)
        self.assertEqual(len(parts), 1)

    def test_form_and_constraints(self):
        with Form(self.env['ar.sales.reconciliation'].with_user(self.accountant)) as form:
            form.scope = 'salesperson'
            form.salesperson_id = self.seller
        part = form.record
        self.assertEqual((part.sales_owner_id, part.state), (self.seller, 'draft'))
        self.assertEqual((part.deadline - part.date_to).days, 10)
        with self.assertRaises(ValidationError):
            part.date_from = '2100-01-01'
        with self.assertRaises(ValidationError):
            part.scope = 'all'
        with self.assertRaises(UserError):
            part.closing = 1
        part.write({'date_from': '2199-01-01', 'date_to': '2199-01-31'})
        with self.assertRaises(UserError):
            part.action_freeze()

    def test_branches_and_companies_are_apart(self):
        self._sold((1, 100))
        other = self.setup_other_company()['company']
        self.assertFalse(
            self.env['ar.sales.reconciliation']._generate(other, *(self._dates(0)), 'salesperson')
        )

    def _dates(self, month):
        Date = self.env['ar.sales.reconciliation']._fields['date_from']
        return [Date.convert_to_cache(day, None) for day in MONTHS[month]]
