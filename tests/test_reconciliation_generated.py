import random
from collections import defaultdict
from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.ar_reconciliation.rules.period import COLUMNS, gap
from odoo.addons.ar_reconciliation.tests.common import ReconciliationCommon
from odoo.addons.ar_reconciliation.tests.planted_differences import PlantedDifferences

START = date(2024, 1, 1)
PERIODS = [
    (date(2024, 1, 1), date(2024, 1, 31)),
    (date(2024, 2, 1), date(2024, 2, 29)),
    (date(2024, 3, 1), date(2024, 5, 31)),
    (date(2024, 1, 1), date(2024, 12, 31)),
]
EVENTS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                'invoice',
                'foreign',
                'credit',
                'pay',
                'overpay',
                'part',
                'loss',
                'receipt',
                'match',
                'misplaced',
                'clearing',
                'seller',
                'unreconcile',
                'draft',
            ]
        ),
        st.integers(100, 99999).map(lambda cents: cents / 100),
        st.integers(0, 20),
        st.integers(0, 2),
    ),
    min_size=4,
    max_size=10,
)


@tagged('post_install', '-at_install')
class TestReconciliationGenerated(PlantedDifferences, ReconciliationCommon):
    """Whatever happened: the equation holds for every customer, salesperson and period, and all parts sum to
    the ledger.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.eur = cls.setup_other_currency(
            'EUR', rates=[('2024-01-01', 0.5), ('2024-02-01', 0.437), ('2024-03-10', 0.613)]
        )
        cls.partners = cls.env['res.partner'].create(
            [{'name': f'G{i}', 'is_company': True} for i in range(3)]
        )
        cls.sellers = [cls.seller, cls.other_seller]

    # === Events ===

    def _invoice(self, amount, day, who, **values):
        move = self.env['account.move'].create(
            {
                'move_type': 'out_invoice',
                'partner_id': self.partners[who].id,
                'invoice_date': day,
                'date': day,
                'invoice_payment_term_id': False,
                'invoice_user_id': self.sellers[who % 2].id,
                'invoice_line_ids': [
                    Command.create(
                        {'name': "x", 'price_unit': amount, 'tax_ids': [Command.set(self.tax.ids)]}
                    )
                ],
                **values,
            }
        )
        move.action_post()
        return move

    def _lines(self, who, sign):
        return self.env['account.move.line'].search(
            [
                ('partner_id', '=', self.partners[who].id),
                ('account_type', '=', 'asset_receivable'),
                ('parent_state', '=', 'posted'),
                ('reconciled', '=', False),
                ('balance', '>' if sign > 0 else '<', 0),
            ],
            limit=1,
        )

    def _match_open(self, debtor, payer):
        lines = self._lines(debtor, 1) + self._lines(payer, -1)
        lines.filtered(lambda line: line.currency_id == line.company_currency_id).reconcile()

    def _play(self, kind, amount, day, who):
        opened = self._lines(who, 1).move_id.filtered(lambda move: move.move_type == 'out_invoice')
        match kind:
            case 'foreign':
                self._invoice(amount, day, who, currency_id=self.eur.id)
            case 'pay' | 'overpay' | 'part' if opened:
                paid = opened.currency_id.round(
                    opened.amount_residual * {'pay': 1, 'overpay': 1.3, 'part': 0.4}[kind]
                )
                self._pay(opened, day, paid or 0.01, currency_id=opened.currency_id.id)
            case 'loss' if opened:
                self._pay(
                    opened,
                    day,
                    opened.currency_id.round(opened.amount_residual * 0.7) or 0.01,
                    currency_id=opened.currency_id.id,
                    payment_difference_handling='reconcile',
                    writeoff_account_id=self.company_data['default_account_expense'].id,
                )
            case 'credit' if opened:
                reversal = opened._reverse_moves([{'date': day, 'invoice_date': day}])
                reversal.invoice_user_id = self.sellers[(who + 1) % 2]
                reversal.action_post()
            case 'receipt':
                self._receipt(amount, day, self.partners[who])
            case 'match':
                self._match_open(who, who)
            case 'misplaced':
                self._match_open(who, (who + 1) % 3)
            case 'clearing':
                account = self.company_data['default_account_receivable']
                self.env['account.move'].create(
                    {
                        'date': day,
                        'line_ids': [
                            Command.create(
                                {
                                    'account_id': account.id,
                                    'partner_id': self.partners[who].id,
                                    'credit': amount,
                                }
                            ),
                            Command.create(
                                {
                                    'account_id': account.id,
                                    'partner_id': self.partners[(who + 1) % 3].id,
                                    'debit': amount,
                                }
                            ),
                        ],
                    }
                ).action_post()
            case 'seller' if opened:
                opened.invoice_user_id = self.sellers[(who + 1) % 2]
            case 'unreconcile':
                self.env['account.move.line'].search(
                    [
                        ('partner_id', '=', self.partners[who].id),
                        ('account_type', '=', 'asset_receivable'),
                        ('matched_credit_ids', '!=', False),
                    ],
                    limit=1,
                ).remove_move_reconcile()
            case 'draft' if opened:
                opened.button_draft()
            case _:
                self._invoice(amount, day, who)

    # === What must hold ===

    def _open_by_owner(self, day):
        rows = (
            self.env['ar.open.item']
            .with_context(as_of=day)
            ._read_group(
                [('company_id', '=', self.company.id)],
                ['commercial_partner_id', 'salesperson_id'],
                ['residual:sum'],
            )
        )
        return {
            (partner.id, user.id or None): round(amount, 2)
            for partner, user, amount in rows
            if round(amount, 2)
        }

    def _ledger(self, day):
        return round(
            sum(
                self.env['account.move.line']
                .search(
                    [
                        ('company_id', '=', self.company.id),
                        ('account_type', '=', 'asset_receivable'),
                        ('parent_state', '=', 'posted'),
                        ('date', '<=', day),
                    ]
                )
                .mapped('balance')
            ),
            2,
        )

    def _assert_period(self, start, end):
        rows = self.env['ar.sales.reconciliation']._read_period(self.company, start, end)
        sums = defaultdict(lambda: defaultdict(float))
        for row in rows:
            self.assertEqual(gap(row.amounts), 0, (start, end, row))
            for name in COLUMNS:
                sums[name][row.partner_id, row.salesperson_id] += row.amounts[name]
        for name, day in (('opening', start - timedelta(days=1)), ('closing', end)):
            found = {key: round(amount, 2) for key, amount in sums[name].items() if round(amount, 2)}
            self.assertEqual(found, self._open_by_owner(day))
            self.assertEqual(round(sum(found.values()), 2), self._ledger(day))

    @settings(
        max_examples=10,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
        database=None,
    )
    @given(EVENTS)
    def _check(self, events):
        savepoint = self.env.cr.savepoint()
        day = START
        try:
            for kind, amount, wait, who in events:
                day += timedelta(days=wait)
                self._play(kind, amount, day, who)
            for period in PERIODS:
                self._assert_period(*period)
        finally:
            savepoint.close(rollback=True)
            self.env.invalidate_all()

    def test_generated_ledgers(self):
        self._check()

    def test_generated_sales_with_planted_differences(self):
        """Among orders of all sizes, in whatever sequence: each planted difference once, with its amount, and
        nothing else.
        """
        chance = random.Random(6)
        self._plant_nothing()
        planted, todo = [], [*self.TYPES, *['clean'] * 15]
        chance.shuffle(todo)
        for name in todo:
            if name == 'clean':
                self._clean_sale(chance)
            else:
                document, amount = getattr(self, f'_plant_{name}')()
                planted.append((name.removesuffix('_named'), document.name, float(amount)))
        self.assertEqual(self._found(), sorted(planted))
        for period in PERIODS:
            self._assert_period(*period)

    def _clean_sale(self, chance):
        lines = [
            (chance.randint(1, 20), chance.randint(100, 99999) / 100) for _i in range(chance.randint(1, 4))
        ]
        order = self._order(*lines, seller=chance.choice(self.sellers), partner=chance.choice(self.partners))
        self._deliver(order)
        invoice = self._bill(order)
        if chance.random() < 0.5:
            self._pay(
                invoice,
                '2024-02-10',
                invoice.currency_id.round(invoice.amount_total * chance.choice([1, 0.3])),
            )
