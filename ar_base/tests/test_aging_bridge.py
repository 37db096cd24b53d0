import random
from datetime import date, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import AgingCommon


@tagged('post_install', '-at_install')
class TestAgingBridge(AgingCommon):
    """From one aging to the other: every row foots, and both ends are the aging and the ledger."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.collector = cls._user('collector')
        cls.company.ar_aging_scheme_id = cls.days

    def _bridge(self, then, now, by='bucket', user=None):
        return (
            self.env['ar.aging.bridge']
            .with_user(user or self.collector)
            .create({'date_then': then, 'date_now': now, 'by': by})
        )

    def _rows(self, bridge):
        values = bridge._values()
        self.assertTrue(values['ties'])
        for name, row in values['rows']:
            moved = sum(amount for kind, amount in row.items() if kind != 'closing')
            self.assertAlmostEqual(moved, row.get('closing', 0), 2, name)
        return {name: {kind: a for kind, a in row.items() if round(a, 2)} for name, row in values['rows']}

    def _entry(self, day, lines):
        """Post an entry by hand: [(account, balance)] on the customer."""
        move = self.env['account.move'].create(
            {
                'date': day,
                'line_ids': [
                    Command.create(
                        {'account_id': account.id, 'balance': amount, 'partner_id': self.customer.id}
                    )
                    for account, amount in lines
                ],
            }
        )
        move.action_post()
        return move

    def test_each_reason_in_the_bucket_of_the_invoice(self):
        receivable = self.company_data['default_account_receivable']
        old = self._invoice(100, day='2024-01-10')
        self._pay(old, '2024-02-20', 30)
        self._credit(old, '2024-02-21', 10)
        lost = self._entry(
            '2024-02-22', [(self.company_data['default_account_expense'], 20), (receivable, -20)]
        )
        self._match(old, lost)
        self._invoice(50, day='2024-02-25')
        self._receipt(7, '2024-02-26')
        rows = self._rows(self._bridge('2024-01-31', '2024-02-29'))
        self.assertEqual(
            rows,
            {
                '1-30 days': {
                    'opening': 100,
                    'invoiced': 50,
                    'collected': -30,
                    'credited': -10,
                    'written_off': -20,
                    'aged': -40,
                    'closing': 50,
                },
                '31-60 days': {'aged': 40, 'closing': 40},
                "Unallocated credits": {'collected': -7, 'closing': -7},
                "Total": {
                    'opening': 100,
                    'invoiced': 50,
                    'collected': -37,
                    'credited': -10,
                    'written_off': -20,
                    'closing': 83,
                },
            },
        )

    def test_exchange_and_what_came_and_went_between(self):
        self._pay(self._invoice(100, day='2024-02-05', currency=self.eur), '2024-03-05')
        rows = self._rows(self._bridge('2024-01-31', '2024-03-31', 'customer'))
        self.assertEqual(
            rows["Total"], {'invoiced': 200, 'collected': -250, 'exchange': 50}, "at 0.5 and 0.4 for one"
        )

    def test_generated(self):
        play = random.Random(7)
        customers = [self.customer, self._customer("Berg"), self._customer("Costa")]
        day, days, open_invoices = date(2024, 1, 5), [date(2024, 1, 1)], []
        for _step in range(40):
            day += timedelta(days=play.randint(0, 6))
            days.append(day)
            customer, event = (
                play.choice(customers),
                play.choice(['invoice', 'invoice', 'pay', 'credit', 'receipt']),
            )
            if event == 'invoice':
                currency = play.choice([None, self.eur])
                due = day + timedelta(days=play.randint(0, 40))
                amount = play.randint(100, 90000) / 100
                open_invoices.append(
                    self._invoice(amount, day=day, due=due, partner=customer, currency=currency)
                )
            elif event == 'receipt':
                self._receipt(play.randint(100, 9000) / 100, day, customer)
            elif open_invoices:
                move = open_invoices.pop(play.randrange(len(open_invoices)))
                if event == 'credit':
                    self._credit(move, day)
                else:
                    part = move.currency_id.round(move.amount_residual * play.choice([1, 0.4]))
                    self._pay(move, day, part)
        for _pair in range(12):
            then, now = sorted(play.sample(sorted(set(days)), 2))
            with self.subTest(then=then, now=now):
                for by in ('bucket', 'customer'):
                    rows = self._rows(self._bridge(then, now, by))
                    self.assertNotIn('aged', rows["Total"])
                for end, as_of in (('opening', then), ('closing', now)):
                    items = self._items(as_of, aging_credits='separate')
                    found = {
                        bucket.name or "Unallocated credits": amount
                        for bucket, amount in items._read_group([], ['bucket_id'], ['residual:sum'])
                    }
                    rows = self._rows(self._bridge(then, now))
                    shown = {name: row[end] for name, row in rows.items() if end in row and name != "Total"}
                    self.assertEqual(
                        {name: round(amount, 2) for name, amount in shown.items()},
                        {name: round(amount, 2) for name, amount in found.items() if round(amount, 2)},
                    )

    def test_figures_open_and_the_sheet_is_made(self):
        self._invoice(100, day='2024-01-10')
        bridge = self._bridge('2024-01-31', '2024-02-29')
        action = bridge.action_open_figure('opening')
        items = self.env['ar.open.item'].with_context(**action['context']).search([])
        self.assertEqual(sum(items.mapped('residual')), 100)
        action = self._bridge('2024-01-01', '2024-01-31').action_open_figure('invoiced')
        self.assertEqual(sum(self.env['account.move.line'].search(action['domain']).mapped('balance')), 100)
        self.assertIn('/web/content/', bridge.action_export()['url'])
        with self.assertRaisesRegex(UserError, "earlier"):
            self._bridge('2024-02-29', '2024-01-31').action_export()

    def test_who_sees_own_customers_only_gets_no_totals(self):
        viewer = self._user('viewer')
        with self.assertRaises(AccessError):
            self._bridge('2024-01-31', '2024-02-29', user=viewer)
