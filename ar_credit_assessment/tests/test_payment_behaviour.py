from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.ar_credit_control.tests.common import CreditCommon


@tagged('post_install', '-at_install')
class TestPaymentBehaviour(CreditCommon):
    """What the ledger says about how a customer pays, by Odoo's own flows."""

    def setUp(self):
        super().setUp()
        self.today = fields.Date.context_today(self.account)

    def _paid(self, amount, overdue, partner=None):
        """Post an invoice that is ``overdue`` days overdue and pay it today."""
        move = self._invoice(amount, overdue=overdue, partner=partner)
        self._pay(move)
        return move

    def _behaviour(self, as_of=None, account=None):
        account = account or self.account
        return account._credit_payment_behaviour(as_of or self.today)[account.id]

    def test_unknown_customer(self):
        found = self._behaviour()
        self.assertEqual(found[:4], (None, None, 0, None))
        self.assertEqual(found[4:], (None, None, None))

    def test_payments_and_overdue_items(self):
        self._paid(100, overdue=0)
        self._paid(100, overdue=30)
        self._paid(200, overdue=-20, partner=self.contact)  # a contact pays for the company, early
        found = self._behaviour()
        self.assertEqual(float(found.payment_index), 77.5)  # (80 + 50 + 2 x 90) / 4
        self.assertEqual((found.risk, found.experiences, found.max_days_late_12m), ('medium', 3, 30))
        self._invoice(400, overdue=90)
        self._invoice(999, overdue=-5)  # not due says nothing
        found = self._behaviour()
        self.assertEqual(float(found.payment_index), 53.8)  # (310 + 4 x 30) / 8
        self.assertEqual((found.experiences, found.max_days_late_12m), (4, 90))

    def test_instalments_are_separate_experiences(self):
        move = self._invoice(300, overdue=0, post=False)
        move.invoice_payment_term_id = self.env['account.payment.term'].create(
            {
                'name': "Two halves",
                'line_ids': [
                    Command.create({'value': 'percent', 'value_amount': 50, 'nb_days': 0}),
                    Command.create({'value': 'percent', 'value_amount': 50, 'nb_days': 20}),
                ],
            }
        )
        move.action_post()
        self._pay(move, 300)
        found = self._behaviour()
        self.assertEqual(found.experiences, 2)
        self.assertEqual(float(found.payment_index), 85.0)  # (80 + 90) / 2

    def test_what_is_no_payment(self):
        """Credit notes and entries of other journals settle an invoice and say nothing about paying."""
        move = self._invoice(100, overdue=60)
        self.env['account.move.reversal'].with_context(
            active_model='account.move', active_ids=move.ids
        ).create({'journal_id': move.journal_id.id, 'date': self.today}).refund_moves()
        refund = move.reversal_move_ids
        refund.action_post()  # reconciles the two
        other = self._invoice(100, overdue=60)
        receivable = other.line_ids.filtered(lambda line: line.account_type == 'asset_receivable')
        write_off = self.env['account.move'].create(
            {
                'move_type': 'entry',
                'journal_id': self.company_data['default_journal_misc'].id,
                'line_ids': [
                    Command.create(
                        {
                            'account_id': receivable.account_id.id,
                            'partner_id': self.customer.id,
                            'credit': 100,
                        }
                    ),
                    Command.create(
                        {'account_id': self.company_data['default_account_expense'].id, 'debit': 100}
                    ),
                ],
            }
        )
        write_off.action_post()
        (receivable + write_off.line_ids.filtered('credit')).reconcile()
        self.assertEqual((move.amount_residual, other.amount_residual), (0, 0))
        self.assertEqual(self._behaviour().experiences, 0)

    def test_windows(self):
        self._paid(100, overdue=0)
        later = self.today + relativedelta(months=13)
        found = self._behaviour(later)
        self.assertEqual((found.experiences, found.max_days_late_12m), (1, None))
        self.assertEqual(self._behaviour(self.today + relativedelta(months=24)).experiences, 0)
        # Before it was paid it was not overdue either.
        self.assertEqual(self._behaviour(self.today - timedelta(days=1)).experiences, 0)

    def test_as_of_an_earlier_day(self):
        move = self._invoice(100, overdue=60)
        self._pay(move)
        then = self._behaviour(self.today - timedelta(days=30))
        self.assertEqual((float(then.payment_index), then.max_days_late_12m), (50.0, 30))

    def test_disputed_item_is_not_late(self):
        move = self._invoice(100, overdue=60)
        self.env['ar.dispute'].create({'move_id': move.id, 'amount': 100})
        self.assertEqual(self._behaviour().experiences, 0)

    def test_minimum_and_risk_are_the_companys(self):
        self._paid(100, overdue=0)
        self.company.ar_min_experiences = 2
        self.assertEqual(self._behaviour()[:3], (None, None, 1))
        self.company.write({'ar_min_experiences': 1, 'ar_index_low': 90})
        self.assertEqual(self._behaviour().risk, 'medium')
        with self.assertRaises(ValidationError):
            self.company.ar_min_experiences = 0
        with self.assertRaises(ValidationError):
            self.company.ar_index_medium = 95

    def test_sales(self):
        self._invoice(1200, overdue=300)
        self._invoice(600, overdue=30)
        found = self._behaviour()
        self.assertEqual(found.customer_since, self.today - timedelta(days=300))
        self.assertEqual(found.average_monthly_sales, 180.0)  # 1800 in 10 months
        self.assertEqual(found.turnover_trend_pct, -50.0)
        self.assertEqual(
            self._behaviour(self.today + timedelta(days=100)).average_monthly_sales, 50.0
        )  # 600 / 12
        # A customer of three weeks counts as one of a month.
        young = self.env['res.partner'].create({'name': "Young", 'is_company': True})
        self._invoice(90, overdue=21, partner=young)
        account = self.env['ar.credit.account']._for_partner(young, self.company)
        self.assertEqual(self._behaviour(account=account).average_monthly_sales, 90.0)

    def test_many_at_once_and_branches(self):
        branch = self.env['res.company'].create({'name': "Branch", 'parent_id': self.company.id})
        self.env.user.company_ids |= branch
        other = self.env['res.partner'].create({'name': "Other", 'is_company': True})
        accounts = self.account | self.env['ar.credit.account']._for_partner(other, self.company)
        self._paid(100, overdue=0)
        self._invoice(100, overdue=60, partner=other)
        in_branch = self._invoice(100, overdue=30, post=False)
        in_branch.company_id = branch
        in_branch.action_post()
        found = accounts._credit_payment_behaviour(self.today)
        self.assertEqual([float(found[account.id].payment_index) for account in accounts], [65.0, 40.0])
        self.env.flush_all()
        # Three facts, contacts, scale, account, company, currency: however many customers.
        with self.assertQueryCount(8):
            accounts._credit_payment_behaviour(self.today)

    def test_other_companies_are_other_customers(self):
        other = self.setup_other_company()['company']
        account = self.env['ar.credit.account']._for_partner(self.customer, other)
        self.customer.with_company(other).property_account_receivable_id = self.env['account.account'].search(
            [
                *self.env['account.account']._check_company_domain(other),
                ('account_type', '=', 'asset_receivable'),
            ],
            limit=1,
        )
        move = (
            self.env['account.move']
            .with_company(other)
            .create(
                {
                    'move_type': 'out_invoice',
                    'partner_id': self.customer.id,
                    'invoice_date': self.today - timedelta(days=60),
                    'invoice_date_due': self.today - timedelta(days=60),
                    'invoice_payment_term_id': False,
                    'invoice_line_ids': [
                        Command.create({'name': "Pump", 'price_unit': 100, 'tax_ids': [Command.clear()]})
                    ],
                }
            )
        )
        move.action_post()
        for payment in (0, 50):
            if payment:
                self.env['account.payment.register'].with_company(other).with_context(
                    active_model='account.move', active_ids=move.ids
                ).create({'amount': payment})._create_payments()
            found = (self.account | account)._credit_payment_behaviour(self.today)
            self.assertEqual(found[self.account.id].experiences, 0)
            self.assertFalse(found[self.account.id].customer_since)
            self.assertEqual(
                (found[account.id].experiences, float(found[account.id].payment_index)),
                (2 if payment else 1, 40.0),
            )

    def test_nightly(self):
        self._paid(100, overdue=0)
        self.assertFalse(self.account.payment_index_date)
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref('ar_credit_assessment.ir_cron_payment_behaviour').method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(
            (self.account.payment_index, self.account.is_rated, self.account.payment_risk),
            (80.0, True, 'low'),
        )
        self.assertEqual(self.account.payment_index_date, self.today)
        self.assertEqual(self.account.average_monthly_sales, 100.0)

    def test_scale_is_checked(self):
        point = self.env['ar.credit.index.point'].search([('days_late', '=', 30)])
        with self.assertRaises(ValidationError):
            point.points = 65
        with self.assertRaises(ValidationError):
            point.points = -1
