from datetime import date

from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged
from odoo.tests.common import warmup

from .common import TODAY, InterestCommon


@tagged('post_install', '-at_install')
class TestInterestItems(InterestCommon):
    """What items cost, from their history in the ledger."""

    def _interest(self, items, until=TODAY, scheme=None):
        return (scheme or self.scheme)._item_interest(items, until)

    def test_history_of_an_item(self):
        item = self._document(36500)
        self._pay(item, '2024-03-01', 16500)
        credit = self._document(10000, '2024-04-15', 'out_refund', reversed_entry_id=item.move_id.id)
        (item | credit).reconcile()
        found = self._interest(item, '2024-04-30')[item.id]
        # 26,500 until 1 March (30 days), then 10,000 (60 days): the credit note counts from the beginning.
        self.assertEqual([(s.days, s.principal) for s in found.segments], [(30, 26500), (60, 10000)])
        self.assertEqual(
            (found.amount, found.date_from, found.date_until), (382.19, date(2024, 2, 1), date(2024, 4, 30))
        )
        self.assertEqual(len(found.text.splitlines()), 2)
        self.assertIn('10 % per year', found.text)

    def test_a_credit_note_of_its_own_counts_from_its_date(self):
        item = self._document(1000)
        (item | self._document(400, '2024-03-31', 'out_refund')).reconcile()
        self.assertEqual(
            [(s.days, s.principal) for s in self._interest(item)[item.id].segments], [(60, 1000), (91, 600)]
        )

    def test_paid_late_still_costs(self):
        item = self._document(36500)
        self._pay(item, '2024-02-10')
        self.assertTrue(item.reconciled)
        self.assertEqual(self._interest(item)[item.id].amount, 100)

    def test_a_draft_payment_pays_nothing(self):
        item = self._document(36500)
        before = self._interest(item)[item.id].amount
        credit = self._document(16500, '2024-03-01', 'out_refund')
        (item | credit).reconcile()
        credit.move_id.button_draft()
        self.assertTrue(item.matched_credit_ids, "Odoo lets a draft entry keep its match")
        self.assertEqual(self._interest(item)[item.id].amount, before)

    def test_instalments_run_from_their_own_dates(self):
        term = self.env['account.payment.term'].create(
            {
                'name': "Halves",
                'line_ids': [
                    Command.create({'value': 'percent', 'value_amount': 50, 'nb_days': 0}),
                    Command.create({'value': 'percent', 'value_amount': 50, 'nb_days': 30}),
                ],
            }
        )
        items = self._document(73000, '2024-01-31', invoice_payment_term_id=term.id, invoice_date_due=False)
        found = self._interest(items, '2024-03-11')
        self.assertEqual([found[item.id].amount for item in items.sorted('date_maturity')], [400, 100])

    def test_in_the_currency_of_the_item(self):
        eur = self.setup_other_currency('EUR', rates=[('2024-01-01', 0.5)])
        item = self._document(3650, currency_id=eur.id)
        self.assertEqual(self._interest(item, '2024-02-10')[item.id].amount, 10)
        minimum = self._scheme(rate=10, minimum=21)
        self.assertEqual(self._interest(item, '2024-02-10', minimum)[item.id].amount, 0)  # 10 EUR are 20
        self.assertEqual(self._interest(item, '2024-02-11', minimum)[item.id].amount, 11)

    def test_what_bears_none(self):
        early, credit = self._document(100, '2024-07-31'), self._document(100, move_type='out_refund')
        draft = self.env['account.move'].create(
            {
                'move_type': 'out_invoice',
                'partner_id': self.customer.id,
                'invoice_date': '2024-01-01',
                'invoice_line_ids': [Command.create({'name': "x", 'price_unit': 100})],
            }
        )
        self.assertEqual(self._interest(early | credit | self._receivable(draft)), {})

    def test_no_interest_on_interest_unless_agreed(self):
        booked = self._charge(self._document(36500))._book('2024-03-31')
        booked.action_post()
        item = self._receivable(booked)
        self.assertEqual(self._interest(item), {})
        self.assertTrue(self._interest(item, scheme=self._scheme(rate=10, interest_on_charges=True)))

    def test_a_gap_in_the_table_is_reported(self):
        table = self.env['ar.interest.rate.table'].create(
            {'name': "Bank", 'rate_ids': [Command.create({'date_from': '2024-03-01', 'rate': 4})]}
        )
        item = self._document(100)
        found = self._interest(item, scheme=self._scheme(rate_type='table', table_id=table.id, margin=8))[
            item.id
        ]
        self.assertEqual((found.amount, found.segments), (0, ()))
        self.assertIn("Bank has no rate for 02/01/2024", found.text)
        self.assertFalse(self._charge(item, scheme=self._scheme(rate_type='table', table_id=table.id)))

    def test_shipped_schemes(self):
        for name, due, until, expected in (
            ('eu', '2024-11-30', '2025-02-28', 284.27),
            ('uk', '2023-05-31', '2023-09-30', 384.38),
            ('cn_lpr', '2024-08-15', '2025-01-15', 185.09),
            ('cn_sme', '2024-08-15', '2024-08-25', 50),
            ('us', '2025-01-15', '2025-03-31', 300),
            ('us_annual', '2025-01-15', '2025-03-31', 369.86),
            ('de', '2023-07-31', '2023-08-31', 102.94),
            ('in', '2024-05-31', '2024-07-31', 340.35),
        ):
            with self.subTest(name):
                item = self._document(10000, due)
                scheme = self.env.ref(f'ar_dunning_interest.scheme_{name}')
                self.assertEqual(self._interest(item, until, scheme)[item.id].amount, expected)

    def test_a_stale_table_says_so(self):
        table = self.env['ar.interest.rate.table'].create(
            {
                'name': "Bank",
                'valid_days': 190,
                'rate_ids': [Command.create({'date_from': '2024-01-01', 'rate': 4})],
            }
        )
        for day, stale in (('2023-12-31', False), ('2024-07-09', False), ('2024-07-10', True)):
            with self.subTest(day), freeze_time(day):
                table.invalidate_recordset()
                self.assertEqual((table.is_stale, table.current_rate), (stale, 4 if day > '2024' else 0))

    def test_fixed_sum_once_per_document(self):
        eu = self.env.ref('ar_dunning_interest.fixed_sum_eu')
        eu.currency_id = self.company.currency_id
        scheme = self._scheme(rate=10, fixed_sum_id=eu.id, grace_days=3)
        late, intime = self._document(100), self._document(100)
        self._pay(intime, '2024-02-03')
        self.assertEqual(
            [sums.amount for sums in scheme._item_fixed_sums(late | intime, TODAY).values()], [40]
        )
        charges = self._charge(late | intime, scheme=scheme)
        self.assertEqual(sorted(charges.mapped('kind')), ['fixed_sum', 'interest'])
        self.assertFalse(scheme._item_fixed_sums(late, '2024-12-31'))

    def test_schemes_that_make_no_sense(self):
        for values in (
            {'rate_type': 'table'},
            {'rate_type': 'monthly'},
            {'rate_type': 'daily', 'accrual': 'month'},
        ):
            with self.subTest(values), self.assertRaises(ValidationError):
                self._scheme(**values)

    @warmup
    def test_queries_do_not_grow_with_the_items(self):
        items = self.env['account.move.line'].union(*(self._document(100 + n) for n in range(6)))
        for item in items[:3]:
            self._pay(item, '2024-03-01', 50)
        self.env.flush_all()

        def count(some):
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self._interest(some)
            return self.cr.sql_log_count - before

        count(items)
        self.assertEqual(count(items[:1]), count(items))
