from fractions import Fraction

from odoo.tests import BaseCase

from ..rules import sampling

POPULATION = tuple((key, key * 10) for key in range(1, 21))


class TestRulesSampling(BaseCase):
    def test_chance_is_the_same_everywhere(self):
        """SHA-256 of "seed:key" as a share of 2^256: fixed here, so that no change of the code changes old
        selections.
        """
        self.assertEqual(float(sampling.chance('abc', 7)), 0.7053351483557994)
        self.assertEqual(
            sampling.at_random(POPULATION, 5, 'abc').keys,
            sampling.at_random(POPULATION[::-1], 5, 'abc').keys[::-1],
        )

    def test_at_random(self):
        for size, expected in ((0, 0), (-3, 0), (5, 5), (20, 20), (99, 20)):
            with self.subTest(size=size):
                self.assertEqual(len(sampling.at_random(POPULATION, size, 'x').keys), expected)
        seen = {key for seed in range(200) for key in sampling.at_random(POPULATION, 3, seed).keys}
        self.assertEqual(seen, {key for key, _value in POPULATION})

    def test_by_value(self):
        """Intervals laid over 10 + 40 + 0 - 5 + 50 = 100 units, worked by hand: hits at start, start + 25,
        ...
        """
        population = (('a', 10), ('b', 40), ('zero', 0), ('credit', -5), ('c', 50))
        cases = [
            (Fraction(0), 'abc'),
            (Fraction(9, 25), 'abc'),
            (Fraction(10, 25), 'bc'),
            (Fraction(24, 25), 'bc'),
        ]
        for chance, expected in cases:
            with self.subTest(chance=chance):
                self.patch(sampling, 'chance', lambda seed, key='', chance=chance: chance)
                selection = sampling.by_value(population, 4, 'seed')
                self.assertEqual(
                    (''.join(selection.keys), selection.interval, selection.start),
                    (expected, 25, 25 * chance),
                )

    def test_by_value_properties(self):
        total = sum(value for _key, value in POPULATION)
        for seed in range(100):
            for size in (1, 4, 9, 40):
                keys = sampling.by_value(POPULATION, size, seed).keys
                self.assertLessEqual(len(keys), size)
                self.assertEqual(len(set(keys)), len(keys))
                certain = {key for key, value in POPULATION if value >= Fraction(total, size)}
                self.assertLessEqual(certain, set(keys))
        self.assertEqual(sampling.by_value((('a', 0), ('b', -4)), 5, 's').keys, ())

    def test_key_items(self):
        for select in (sampling.at_random, sampling.by_value):
            keys = sampling.with_key_items(POPULATION, 5, 'x', 180, select).keys
            self.assertLessEqual({18, 19, 20}, set(keys))
            self.assertLessEqual(len(keys), 5)
        self.assertEqual(
            sampling.with_key_items(POPULATION, 1, 'x', 180, sampling.at_random).keys, (18, 19, 20)
        )
