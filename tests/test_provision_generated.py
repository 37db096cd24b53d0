from datetime import date, timedelta
from decimal import Decimal
from itertools import product

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.account.tests.common import AccountTestInvoicingCommon

START = date(2024, 1, 1)
GROUPS = (
    'account_id',
    'commercial_partner_id',
    'company_id',
    'currency_id',
    'salesperson_id',
    'grade_id',
    'country_id',
    'customer_group_id',
)
DATES = [START + timedelta(days=days) for days in (20, 45, 75, 110, 160)]
AMOUNTS = st.integers(100, 99999).map(lambda cents: cents / 100)
EVENTS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                'invoice',
                'instalments',
                'foreign',
                'refund',
                'pay',
                'overpay',
                'part',
                'reverse',
                'write_off',
                'unreconcile',
            ]
        ),
        AMOUNTS,
        st.integers(0, 25),
        st.integers(0, 3),
    ),
    min_size=3,
    max_size=9,
)


@tagged('post_install', '-at_install')
class TestGeneratedLedger(AccountTestInvoicingCommon):
    """Whatever happens in the ledger, the aging is the ledger to the cent, and a posted run stays explained
    by its lines.
    """

    @classmethod
    def get_default_groups(cls):
        return super().get_default_groups() | cls.quick_ref('ar_base.group_manager')

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, 'lang': 'en_US', 'tracking_disable': True})
        cls.eur = cls.setup_other_currency(
            'EUR',
            rates=[('2024-01-01', 0.5), ('2024-02-01', 0.437), ('2024-03-10', 0.613), ('2024-05-01', 0.391)],
        )
        cls.partners = cls.env['res.partner'].create(
            [{'name': f'G{i}', 'is_company': True} for i in range(4)]
        )
        cls.terms = cls.env['account.payment.term'].create(
            {
                'name': "30/70",
                'line_ids': [
                    Command.create({'value': 'percent', 'value_amount': 30, 'nb_days': 0}),
                    Command.create({'value': 'percent', 'value_amount': 70, 'nb_days': 60}),
                ],
            }
        )
        cls.scheme = cls.env.ref('ar_base.aging_scheme_days')
        cls.schemes = cls.scheme | cls.env['ar.aging.scheme'].search([('unit', '=', 'year')], limit=1)
        cls.policy = cls.env['ar.provision.policy'].create(
            {
                'name': "Generated",
                'date_from': '2024-01-01',
                'aging_scheme_id': cls.scheme.id,
                'profile': 'us',
                'second_person': False,
                'rate_ids': [
                    Command.create({'bucket_id': bucket.id, 'rate': 0.037 * (i + 1)})
                    for i, bucket in enumerate(cls.scheme.bucket_ids)
                ],
            }
        )
        cls.policy.action_map_accounts()
        cls.policy.action_confirm()

    # === Events ===

    def _invoice(self, amount, day, partner, move_type='out_invoice', **values):
        move = self.env['account.move'].create(
            {
                'move_type': move_type,
                'partner_id': partner.id,
                'invoice_date': day,
                'date': day,
                'invoice_payment_term_id': False,
                'invoice_date_due': day + timedelta(days=15),
                'invoice_line_ids': [
                    Command.create({'name': "x", 'price_unit': amount, 'tax_ids': [Command.clear()]})
                ],
                **values,
            }
        )
        move.action_post()
        return move

    def _play(self, kind, amount, day, partner):
        opened = self.env['account.move'].search(
            [
                ('partner_id', '=', partner.id),
                ('move_type', '=', 'out_invoice'),
                ('payment_state', 'in', ('not_paid', 'partial')),
            ],
            limit=1,
        )
        match kind:
            case 'instalments':
                self._invoice(
                    amount, day, partner, invoice_payment_term_id=self.terms.id, invoice_date_due=False
                )
            case 'foreign':
                self._invoice(amount, day, partner, currency_id=self.eur.id)
            case 'refund':
                self._invoice(amount, day, partner, 'out_refund')
            case 'pay' | 'overpay' | 'part' if opened:
                factor = {'pay': 1, 'overpay': 1.3, 'part': 0.4}[kind]
                paid = opened.currency_id.round(opened.amount_residual * factor)
                if paid:
                    self.env['account.payment.register'].with_context(
                        active_model='account.move', active_ids=opened.ids
                    ).create({'payment_date': day, 'amount': paid})._create_payments()
            case 'reverse' if opened:
                reversal = opened._reverse_moves(
                    [{'date': day, 'invoice_date': day}], cancel=opened.payment_state == 'not_paid'
                )
                reversal.filtered(lambda move: move.state == 'draft')._post(soft=False)
            case 'write_off' if opened:
                write_off = self.env['ar.write.off'].create(
                    {'partner_id': partner.id, 'date': day, 'reason': "Generated"}
                )
                write_off.action_load()
                if write_off.line_ids:
                    write_off.action_post()
            case 'unreconcile':
                lines = self.env['account.move.line'].search(
                    [
                        ('partner_id', '=', partner.id),
                        ('account_type', '=', 'asset_receivable'),
                        ('matched_credit_ids', '!=', False),
                    ],
                    limit=1,
                )
                lines.remove_move_reconcile()
            case _:
                self._invoice(amount, day, partner)

    # === What must hold ===

    def _assert_ties(self, as_of):
        ledger = (
            self.env['account.move.line']._read_group(
                [
                    ('account_id.account_type', '=', 'asset_receivable'),
                    ('company_id', '=', self.env.company.id),
                    ('parent_state', '=', 'posted'),
                    ('date', '<=', as_of),
                ],
                [],
                ['balance:sum'],
            )[0][0]
            or 0
        )
        for scheme, basis, credits in product(
            self.schemes, ('due', 'invoice', 'posting'), ('own_bucket', 'separate', 'fifo_oldest')
        ):
            items = self.env['ar.open.item'].with_context(
                as_of=as_of, aging_scheme_id=scheme.id, aging_basis=basis, aging_credits=credits
            )
            self.assertFalse(
                [row for row in items.ar_tie_out() if row['difference']], (as_of, scheme.name, basis, credits)
            )
            shown = items._read_group(
                [('company_id', '=', self.env.company.id)], ['bucket_id'], ['residual:sum']
            )
            self.assertAlmostEqual(sum(amount for _bucket, amount in shown), ledger, 2)
        for group in GROUPS:
            shown = items._read_group([('company_id', '=', self.env.company.id)], [group], ['residual:sum'])
            self.assertAlmostEqual(sum(amount for _key, amount in shown), ledger, 2, group)

    def _facts(self, run):
        run.line_ids.invalidate_recordset()
        return [
            (line.document, line.residual, line.bucket_id, line.base, line.rate, line.allowance)
            for line in run.line_ids
        ]

    def _assert_explained(self, run, facts):
        """The lines are what they were; each allowance follows from its line; the totals are the sums of the
        lines.
        """
        self.assertEqual(self._facts(run), facts)
        for line in run.line_ids:
            exposure = max(Decimal(str(line.base)) - Decimal(str(line.secured)), Decimal(0))
            expected = (exposure * Decimal(str(line.rate))).quantize(Decimal('0.01'), 'ROUND_HALF_UP')
            self.assertAlmostEqual(line.allowance, float(expected), 2)
        self.assertAlmostEqual(sum(run.line_ids.mapped('allowance')), run.required, 2)
        for partner in run.line_ids.partner_id:
            own = run.line_ids.filtered(lambda line, partner=partner: line.partner_id == partner)
            self.assertAlmostEqual(sum(own.mapped('base')), max(sum(own.mapped('residual')), 0), 2)

    @settings(
        max_examples=8,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
        database=None,
    )
    @given(EVENTS)
    def _check(self, events):
        savepoint = self.env.cr.savepoint()
        day, days, runs = START, set(DATES), []
        try:
            for i, (kind, amount, wait, who) in enumerate(events):
                day += timedelta(days=wait)
                self._play(kind, amount, day, self.partners[who])
                days.add(day)
                if i == len(events) // 2:
                    runs.append(self._posted_run(day))
                    runs[-1] = runs[-1], self._facts(runs[-1])
            for as_of in sorted(days):
                self._assert_ties(as_of)
            last = self._posted_run(max(day, DATES[-1]))
            for run, facts in [*runs, (last, self._facts(last))]:
                self._assert_explained(run, facts)
        finally:
            savepoint.close(rollback=True)
            self.env.invalidate_all()

    def _posted_run(self, as_of):
        run = self.env['ar.provision.run'].create({'as_of': as_of})
        run.action_compute()
        run.action_approve()
        run.action_post()
        booked = -sum(
            self.env['account.move.line']
            .search(
                [
                    ('account_id', '=', self.policy.allowance_account_id.id),
                    ('parent_state', '=', 'posted'),
                    ('date', '<=', as_of),
                ]
            )
            .mapped('balance')
        )
        self.assertAlmostEqual(booked, run.required, 2)
        return run

    def test_generated_ledgers(self):
        self._check()
