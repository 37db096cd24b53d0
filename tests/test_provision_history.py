import itertools
from datetime import date, timedelta
from decimal import Decimal
from unittest import skipUnless

from odoo.fields import Command
from odoo.tests import tagged

from .late_payments import FILE, Loader, brute_force, read
from .test_late_payments import BOUNDS, MONTH_ENDS
from odoo.addons.account.tests.common import AccountTestInvoicingCommon

RATES = dict(zip([name for name, *_bounds in BOUNDS], (0.005, 0.02, 0.08, 0.2, 0.4, 0.8), strict=True))
ORDER = list(RATES)


def bucket_of(days):
    return next(
        i
        for i, (_name, low, high) in enumerate(BOUNDS)
        if (low is None or days >= low) and (high is None or days <= high)
    )


def roll_rates(rows, before, after):
    """Recount one step from the file: (balance before, in an older bucket after, still there) per bucket."""
    result = [[Decimal(0), Decimal(0), Decimal(0)] for _name in ORDER]
    for row in rows:
        if row.invoiced <= before < row.settled:
            start, amount = bucket_of((before - row.due).days), Decimal(str(row.amount))
            result[start][0] += amount
            if after < row.settled:
                result[start][1 if bucket_of((after - row.due).days) > start else 2] += amount
    return result


@tagged('post_install', '-at_install')
@skipUnless(FILE.exists(), f'{FILE.name} is not next to the checkout')
class TestProvisionHistory(AccountTestInvoicingCommon):
    """Real invoices: 24 month ends in a row, each with a posted run; the movements foot; the roll rates
    recount.
    """

    @classmethod
    def get_default_groups(cls):
        return super().get_default_groups() | cls.quick_ref('ar_base.group_manager')

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, 'lang': 'en_US', 'tracking_disable': True})
        cls.rows = read()
        loader = Loader(cls.env, cls.rows)
        loader.post_invoices(cls.company_data['default_account_revenue'])
        loader.pay_until(date.max, cls.company_data['default_journal_bank'])
        cls.scheme = cls.env.ref('ar_base.aging_scheme_days')
        cls.policy = cls.env['ar.provision.policy'].create(
            {
                'name': "History",
                'date_from': '2011-01-01',
                'aging_scheme_id': cls.scheme.id,
                'profile': 'us',
                'second_person': False,
                'rate_ids': [
                    Command.create({'bucket_id': bucket.id, 'rate': RATES[bucket.name]})
                    for bucket in cls.scheme.bucket_ids
                ],
            }
        )
        cls.policy.action_map_accounts()
        cls.policy.action_confirm()

    def _ledger(self, as_of):
        return -sum(
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

    def _required(self, as_of):
        """The allowance from the file alone, rounded per invoice as the rule says."""
        return sum(
            (
                Decimal(str(row.amount)) * Decimal(str(RATES[ORDER[bucket_of((as_of - row.due).days)]]))
                + Decimal('1e-12')
            ).quantize(Decimal('0.01'), 'ROUND_HALF_UP')
            for row in self.rows
            if row.invoiced <= as_of < row.settled
        )

    def test_24_month_ends(self):
        for as_of in MONTH_ENDS:
            with self.subTest(as_of):
                run = self.env['ar.provision.run'].create({'as_of': as_of})
                run.action_compute()
                run.action_approve()
                run.action_post()
                self.assertAlmostEqual(run.gross, sum(brute_force(self.rows, as_of, BOUNDS).values()), 2)
                self.assertAlmostEqual(run.required, float(self._required(as_of)), 2)
                self.assertAlmostEqual(self._ledger(as_of), run.required, 2)
        for first, last in (
            (date(2012, 1, 1), MONTH_ENDS[-1]),
            (date(2012, 7, 1), date(2013, 3, 31)),
            (date(2013, 1, 1), date(2013, 12, 31)),
        ):
            values = (
                self.env['ar.provision.rollforward'].create({'date_from': first, 'date_to': last})._values()
            )
            self.assertTrue(values['ties'])
            self.assertAlmostEqual(values['ledger'][0], self._ledger(first - timedelta(days=1)), 2)
            self.assertAlmostEqual(values['ledger'][1], self._ledger(last), 2)

        self._assert_months_foot()

    def _assert_months_foot(self):
        """Each month opens with what the one before closed with; the months together are the two years."""
        opening, moved = 0, Decimal(0)
        for last in MONTH_ENDS:
            values = (
                self.env['ar.provision.rollforward']
                .create({'date_from': last.replace(day=1), 'date_to': last})
                ._values()
            )
            self.assertTrue(values['ties'], last)
            row = values['rows'][-1][1]
            self.assertEqual(row['opening'], opening)
            self.assertEqual(row['opening'] + row['charge'] - row['reversal'], row['closing'])
            opening, moved = row['closing'], moved + row['charge'] - row['reversal']
        self.assertAlmostEqual(float(moved), self._ledger(MONTH_ENDS[-1]), 2)

    def test_roll_rates_equal_a_recount(self):
        study = self.env['ar.loss.study'].create(
            {'aging_scheme_id': self.scheme.id, 'date_to': '2013-12-31', 'periods': 23, 'step': 'month'}
        )
        study.action_compute()
        steps = [roll_rates(self.rows, before, after) for before, after in itertools.pairwise(MONTH_ENDS)]
        for step, found in zip(steps, study.evidence['steps'], strict=True):
            self.assertEqual(
                [
                    [Decimal(start), Decimal(moved), Decimal(stayed)]
                    for start, moved, _gone, stayed, _n in found['rows']
                ],
                step,
                found['from'],
            )
        flows = []
        for i in range(len(ORDER) - 1):
            seen = [step[i][1] / (step[i][0] - step[i][2]) for step in steps if step[i][0] != step[i][2]]
            flows.append(sum(seen) / len(seen) if seen else None)
        rate = Decimal(1)
        for line, flow in zip(reversed(study.line_ids[:-1]), reversed(flows), strict=True):
            rate *= (
                Decimal(1) if flow is None else flow
            )  # never observed: nothing is known that would lower the loss
            self.assertAlmostEqual(line.flow, float(flow or 0), 7)
            self.assertAlmostEqual(line.rate, float(rate), 7)
