from decimal import Decimal
from fractions import Fraction

from odoo.tests import TransactionCase

from ..rules import kpi, monthly


class TestKpiRules(TransactionCase):
    """The formulas, by tables of published and recomputed figures."""

    def assertShown(self, value, expected, unit='0.01'):
        self.assertEqual(monthly._shown(value, Decimal(unit)), expected and Decimal(expected))

    def test_days(self):
        self.assertShown(kpi.dso(150000, 1800000, 365), '30.4', '0.1')
        self.assertShown(kpi.dso(4000, 10000, 30), '12.00')
        self.assertShown(kpi.average_days_delinquent(10000, 4000, 10000, 30), '18.00')
        self.assertIsNone(kpi.dso(100, 0, 30))

    def test_count_back(self):
        march = [(100000, 31), (80000, 28), (70000, 31)]
        for receivables, months, days, rest in (
            (212000, march, '73.17', '0.00'),
            (100000, march, '31.00', '0.00'),
            (260000, march, '90.00', '10000.00'),
            (0, march, '0.00', '0.00'),
            (-5, march, '0.00', '0.00'),
            (50, [(0, 30), (100, 31)], '45.50', '0.00'),
            (50, [(-20, 30), (100, 31)], '45.50', '0.00'),
            (50, [], '0.00', '50.00'),
        ):
            with self.subTest(receivables=receivables, months=months):
                found = kpi.count_back(receivables, months)
                self.assertShown(found.days, days)
                self.assertShown(found.unexplained, rest)

    def test_effectiveness_and_turnover(self):
        self.assertShown(kpi.collection_effectiveness(6200, 10890, 3, 6340, 3590), '55.9', '0.1')
        self.assertIsNone(kpi.collection_effectiveness(0, 0, 1, 0, 0))
        turned = kpi.turnover(1598000, 168000, 147000)
        self.assertShown(turned.times, '10.15')
        self.assertShown(turned.days, '35.97')
        self.assertIsNone(kpi.turnover(10, 0, 0))
        self.assertIsNone(kpi.turnover(0, 10, 10).days)

    def test_true_dso_and_average_days(self):
        self.assertShown(
            kpi.true_dso([(20000, 100000, 20), (30000, 80000, 48), (7000, 70000, 75), (5, 0, 9)]), '29.50'
        )
        self.assertShown(kpi.average_days([(100, -10), (300, 10)]), '5.00')
        self.assertIsNone(kpi.average_days([]))

    def test_total_is_computed_from_sums(self):
        rows = [(100000, 250000, 10000, 265000, 5000, 14000), (40000, 90000, 0, 60000, 0, 35000)]
        each, total = kpi.performance_by_salesperson(rows, 90)
        self.assertEqual([row.closing for row in each], [70000, 70000])
        self.assertShown(each[0].collection_rate, '77.94')
        self.assertShown(total.collection_rate, '69.15')
        self.assertShown(total.overdue_ratio, '35.00')
        self.assertShown(total.dso, '38.18')
        self.assertEqual(kpi.performance_by_salesperson([], 90)[1].dso, None)

    def test_figures_of_a_month(self):
        month = monthly.Month(30, Decimal(40), Decimal(100), Decimal(55), Decimal(5))
        found = monthly.figures([month] * 3, receivables=160, overdue=60, allowance=6)
        self.assertEqual(found.dso, Decimal('48.0'))  # 160 / 300 x 90
        self.assertEqual(found.dso_best_possible, Decimal('30.0'))
        self.assertEqual(found.days_delinquent, Decimal('18.0'))
        self.assertEqual(found.dso_count_back, Decimal('48.0'))
        self.assertEqual(found.effectiveness, Decimal('-50.0'))  # (40 + 100 - 160) / (40 + 100 - 100)
        self.assertEqual(found.collection_rate, Decimal('25.0'))  # 55 / (120 + 100)
        self.assertEqual(found.overdue_ratio, Decimal('37.5'))
        self.assertEqual(found.bad_debt_ratio, Decimal('5.00'))
        self.assertEqual(found.allowance_coverage, Decimal('10.0'))
        nothing = monthly.figures([monthly.Month(30, 0, 0, 0, 0)], 0, 0, 0)
        self.assertIsNone(nothing.dso)
        self.assertIsNone(nothing.overdue_ratio)
        self.assertEqual(kpi.ratio(1, 3), Fraction(1, 3))
