from decimal import Decimal as D
from unittest import TestCase

from ..rules import matrix
from ..rules.matrix import Assessment, Item

CENT = D('0.01')


def item(key, amount, bucket='b', rate='0.1', **values):
    return Item(key, bucket, D(amount), rate=D(rate), **values)


def allowances(items, assessments=(), rounding=CENT):
    return [result.allowance for result in matrix.provide(items, assessments, rounding)]


class TestMatrix(TestCase):
    def test_rates_are_multiplied_then_capped_then_rounded_once(self):
        for base, secured, rate, multiplier, expected in (
            ('5984698', '0', '0.003', '1.10', '19749.50'),
            ('10000', '0', '0.80', '2.0', '10000'),
            ('100000', '60000', '0.05', '1', '2000'),
            ('50000', '80000', '0.5', '1', '0'),
            ('-10', '0', '0.5', '1', '0'),
            ('0.10', '0', '0.05', '1', '0.01'),
        ):
            with self.subTest(base):
                self.assertEqual(
                    matrix.allowance(D(base), D(secured), D(rate), D(multiplier))[0], D(expected)
                )

    def test_vat_leaves_the_base_without_a_rounding_between(self):
        self.assertEqual(allowances([item(1, 50000, rate='0.3', net=(D(1), D('1.16')))]), [D('12931.03')])

    def test_credits_take_their_own_bucket_first_then_the_oldest(self):
        old, new = item('old', 100, 'old', '0.5'), item('new', 50, 'new', '0.01')
        for credit, expected in (
            (item('c', -20, 'new'), ['50.00', '0.30', '0.00']),  # own bucket
            (
                item('c', -80, 'new'),
                ['35.00', '0.00', '0.00'],
            ),  # what the bucket does not hold goes to the oldest
            (item('c', -30, None), ['35.00', '0.50', '0.00']),  # unallocated: the oldest
            (
                item('c', -500, None),
                ['0.00', '0.00', '0.00'],
            ),  # a customer in credit carries nothing, and no negative
        ):
            with self.subTest(credit):
                self.assertEqual(allowances([old, new, credit]), [D(x) for x in expected])

    def test_an_assessed_customer_leaves_with_its_whole_balance(self):
        results = matrix.provide([item(1, 100), item(2, 300)], [Assessment('rate', D('0.4'), key=7)])
        self.assertEqual(
            [(r.category, r.allowance, r.assessment) for r in results],
            [('individual', D(40), 7), ('individual', D(120), 7)],
        )

    def test_an_assessed_item_leaves_alone_and_wins_over_the_customer(self):
        results = matrix.provide([item(1, 100), item(2, 300)], [Assessment('rate', D(1), item=2)])
        self.assertEqual(
            [(r.category, r.allowance) for r in results], [('pool', D(10)), ('individual', D(300))]
        )
        self.assertEqual(
            allowances(
                [item(1, 100), item(2, 300)], [Assessment('rate', D('0.5')), Assessment('rate', D(1), item=2)]
            ),
            [50, 300],
        )

    def test_an_amount_is_spread_and_at_most_what_is_owed(self):
        three = [item(i, 100) for i in range(3)]
        self.assertEqual(
            allowances(three, [Assessment('amount', D(100))]), [D('33.33'), D('33.34'), D('33.33')]
        )
        self.assertEqual(sum(allowances(three, [Assessment('amount', D(1000))])), 300)

    def test_security_leaves_the_base_before_the_rate(self):
        two = [item(1, 100), item(2, 300)]
        self.assertEqual(allowances(two, [Assessment('secured', D(200))]), [5, 15])
        self.assertEqual(allowances(two, [Assessment('secured', D(100), item=1)]), [0, 30])
        self.assertEqual(
            allowances(two, [Assessment('secured', D(100), item=1), Assessment('secured', D(30))]), [0, 27]
        )
        self.assertEqual(allowances(two, [Assessment('secured', D(10**6))]), [0, 0])

    def test_who_is_in_no_pool_carries_nothing(self):
        (result,) = matrix.provide([item(1, 100, excluded=True)])
        self.assertEqual((result.category, result.allowance), ('excluded', 0))
        self.assertEqual(allowances([item(1, 100, excluded=True)], [Assessment('rate', D(1))]), [100])

    def test_bases_never_pass_what_the_customer_owes(self):
        for amounts_ in ((100, -30, 50), (-10, -10, 5), (0, 0, 0), (70,), (-70,), (10, 20, -25, -1)):
            with self.subTest(amounts_):
                results = matrix.provide([item(i, amount, f'b{i % 2}') for i, amount in enumerate(amounts_)])
                self.assertEqual(sum(r.base for r in results), max(sum(amounts_), 0))
