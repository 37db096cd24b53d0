from datetime import date, timedelta
from unittest import TestCase

from ..rules import aging

DAYS = [('not due', 0, 0), ('1-30', 1, 30), ('31-60', 31, 60), ('over 60', 61, 0)]
YEARS = [('1', 0, 1), ('2', 1, 2), ('3', 2, 3), ('over 3', 3, 0)]


class TestAgingRules(TestCase):
    def bucket(self, rows, unit, base, as_of):
        return aging.bucket_of(aging.effective(rows), unit, base, as_of).key

    def test_day_boundaries(self):
        as_of = date(2024, 12, 31)
        for days, expected in (
            (-400, 'not due'),
            (0, 'not due'),
            (1, '1-30'),
            (30, '1-30'),
            (31, '31-60'),
            (60, '31-60'),
            (61, 'over 60'),
            (9999, 'over 60'),
        ):
            with self.subTest(days):
                self.assertEqual(self.bucket(DAYS, 'day', as_of - timedelta(days=days), as_of), expected)

    def test_year_boundaries_by_anniversary(self):
        for base, as_of, expected in (
            (date(2023, 12, 31), date(2024, 12, 31), '1'),  # 366 days
            (date(2023, 12, 30), date(2024, 12, 31), '2'),
            (date(2024, 2, 29), date(2025, 2, 28), '1'),  # the leap day's first anniversary
            (date(2024, 2, 29), date(2025, 3, 1), '2'),
            (date(2020, 2, 29), date(2024, 2, 29), 'over 3'),
            (date(2030, 1, 1), date(2024, 1, 1), '1'),  # not yet born: youngest
        ):
            with self.subTest(base=base, as_of=as_of):
                self.assertEqual(self.bucket(YEARS, 'year', base, as_of), expected)

    def test_every_day_has_exactly_one_bucket(self):
        as_of = date(2024, 3, 1)
        for rows, unit in ((DAYS, 'day'), (YEARS, 'year')):
            buckets = aging.effective(rows)
            for days in range(-100, 2000):
                base = as_of - timedelta(days=days)
                holding = [bucket for bucket in buckets if aging.contains(bucket, unit, base, as_of)]
                self.assertEqual(len(holding), 1, (unit, days))

    def test_schemes_refused(self):
        for rows, unit, kinds in (
            ([], 'day', ['empty']),
            (DAYS, 'day', []),
            (YEARS, 'year', []),
            ([('all', 0, 0)], 'day', []),
            ([('a', 0, 0), ('b', 2, 0)], 'day', ['gap']),
            ([('a', 0, 5), ('b', 5, 0)], 'day', ['overlap']),
            ([('a', 0, 1), ('b', 2, 0)], 'year', ['gap']),
            ([('a', 0, 0), ('b', 1, 30)], 'day', ['gap']),  # the last must stay open
            ([('a', 1, 30), ('b', 31, 0)], 'day', ['below']),  # the first must stay open
            ([('a', 0, 0), ('b', 1, -1), ('c', 0, 0)], 'day', ['reversed']),
        ):
            with self.subTest(rows=rows, unit=unit):
                self.assertEqual([problem.kind for problem in aging.problems(rows, unit)], kinds)
