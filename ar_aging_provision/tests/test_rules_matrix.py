from decimal import Decimal as D
from unittest import TestCase

from ..rules import matrix
from ..rules.matrix import Assessment, Item
from ..rules.netting import allocate

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

    def test_what_is_assessed_or_secured_counts_once_across_branches(self):
        items = [item(1, 1000, company=1), item(2, 1000, company=2)]
        self.assertEqual(allowances(items, [Assessment('amount', D(500))]), [D(250), D(250)])
        self.assertEqual(allowances(items, [Assessment('secured', D(500))]), [D(75), D(75)])

    def test_a_credit_of_one_branch_leaves_the_items_of_another(self):
        items = [item(1, 100, company=1), item(2, 100, company=2), item('c', -100, company=2)]
        self.assertEqual(allowances(items), [D(10), D(0), D(0)])

    def test_no_more_than_the_ledger_carries(self):
        self.assertEqual(allowances([item(1, 1300, rate='1', carried=D(1100))]), [D(1100)])


class TestNetting(TestCase):
    """What belongs to nobody goes where it is required, so that nothing is released and charged at once."""

    def _allocate(self, required, booked, unassigned):
        found = allocate(
            *({key: D(value) for key, value in part.items()} for part in (required, booked, unassigned)),
            lambda key: key[0],
            CENT,
        )
        return {key: float(amount) for key, amount in found.items()}

    def test_in_proportion_to_what_is_lacking(self):
        required = {(1, 'a'): 60, (1, 'b'): 120, (1, 'c'): 10}
        booked = {(1, None): 100, (1, 'b'): 30, (1, 'c'): 10}
        self.assertEqual(
            self._allocate(required, booked, {(1, None): 100}),
            {(1, 'a'): 40, (1, 'b'): 60, (1, None): -100},
        )

    def test_at_most_what_is_lacking_and_in_its_own_place(self):
        required = {(1, 'a'): 60, (2, 'b'): 120}
        self.assertEqual(
            self._allocate(required, {(1, None): 100}, {(1, None): 100}), {(1, 'a'): 60, (1, None): -60}
        )

    def test_a_debit_balance_stays(self):
        self.assertEqual(self._allocate({(1, 'a'): 60}, {(1, None): -5}, {(1, None): -5}), {})
