from decimal import Decimal as D
from unittest import TestCase

from ..rules import loss_rates


class TestLossRates(TestCase):
    def test_what_was_written_off_migrated(self):
        self.assertEqual(
            loss_rates.migrations([[D(100), D(0)], [D(0), D(50)]], [[D(20), D(0)]]), [[D('0.7')]]
        )

    def test_simple_mean_and_ratio_of_sums_differ(self):
        snapshots = [[D(100), D(0)], [D(300), D(50)], [D(0), D(30)]]
        self.assertEqual(loss_rates.averages(loss_rates.migrations(snapshots)), [D('0.3')])
        self.assertEqual(loss_rates.pooled(*loss_rates.moved(snapshots)), [D('0.2')])

    def test_what_was_not_observed_is_left_out_and_not_taken_for_zero(self):
        migrations = loss_rates.migrations([[D(0), D(0)], [D(100), D(5)], [D(0), D(40)]])
        self.assertEqual(migrations, [[None], [D('0.4')]])
        self.assertEqual(loss_rates.averages(migrations), [D('0.4')])
        self.assertEqual(loss_rates.averages([[None]]), [None])
        self.assertEqual(loss_rates.chain([None, D('0.5')]), [D('0.5'), D('0.5'), 1])

    def test_chain_never_passes_the_loss_of_the_last(self):
        self.assertEqual(loss_rates.chain([D('1.4'), D('0.5')], D('0.8')), [D('0.4'), D('0.4'), D('0.8')])

    def test_collections(self):
        reached, loss, rates = loss_rates.collections(D(100), [D(50), D(30)])
        self.assertEqual((reached, loss, rates), ([100, 50, 20], 20, [D('0.2'), D('0.4'), 1]))
        self.assertEqual(loss_rates.collections(D(0), [D(0)])[2], [None, None])

    def test_vintage_counts_only_cohorts_of_the_age(self):
        incremental, lifetime, remaining = loss_rates.vintage([(D(100), [D(1), D(3)]), (D(300), [D(3)])])
        self.assertEqual((incremental, lifetime), ([D('0.01'), D('0.02')], D('0.03')))
        self.assertEqual(remaining, [D('0.03'), D('0.02'), 0])
        self.assertEqual(loss_rates.vintage([]), ([], 0, [0]))

    def test_scenarios_must_sum_to_one(self):
        self.assertEqual(loss_rates.weighted([(D('0.5'), D(1)), (D('0.5'), D(2))]), D('1.5'))
        with self.assertRaises(ValueError):
            loss_rates.weighted([(D('0.5'), D(1))])

    def test_doubts(self):
        for rates, observed, expected in (
            ([0, 0, 0], (), [('zero', None)]),
            ([D('0.1'), D('0.05'), D('0.5')], (), [('falls', 1)]),
            ([D('0.1'), D('0.1')], [(30, 3), (29, 3)], [('thin', 1)]),
            ([D('0.1'), D('0.2')], [(99, 2), None], [('thin', 0)]),
            ([], (), []),
        ):
            with self.subTest(rates):
                self.assertEqual(loss_rates.doubts(rates, observed), expected)
