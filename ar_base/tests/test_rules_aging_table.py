import unittest

from ..rules.aging_table import Figure, columns, sections


class TestAgingTable(unittest.TestCase):
    """The printed table, from figures alone."""

    FIGURES = [
        # company, customer, bucket, currency, amount, in currency, parts
        Figure("A", "Wu", "old", "CNY", 100, 100, (10,)),
        Figure("A", "Li", "new", "EUR", 80, 10, (0,)),
        Figure("A", "Li", "old", "CNY", 5, 5, (5,)),
        Figure("A", "Wu", None, "CNY", -30, -30, (0,)),
        Figure("B", "Wu", "new", "USD", 7, 7, (0,)),
    ]

    def test_columns(self):
        for figures, expected in (
            (self.FIGURES, ("new", "old", None)),
            (self.FIGURES[:3], ("new", "old")),
            ([], ("new", "old")),
        ):
            with self.subTest(expected=expected):
                self.assertEqual(columns(figures, ("new", "old")), expected)

    def test_rows_subtotals_and_total(self):
        first, second = sections(self.FIGURES, ("new", "old"))
        self.assertEqual(
            [(row.key, row.amounts, row.total, row.parts) for row in first.rows],
            [("Li", (80, 5, 0), 85, (5,)), ("Wu", (0, 100, -30), 70, (10,))],
        )
        self.assertEqual(
            [(row.key, row.total, row.total_currency) for row in first.currencies],
            [("CNY", 75, 75), ("EUR", 80, 10)],
        )
        self.assertEqual(
            (first.total.amounts, first.total.total, first.total.parts), ((80, 105, -30), 155, (15,))
        )
        self.assertEqual((second.company, second.total.amounts), ("B", (7, 0, 0)))

    def test_rows_and_columns_sum_to_the_total(self):
        for section in sections(self.FIGURES, ("new", "old")):
            self.assertEqual(sum(row.total for row in section.rows), section.total.total)
            self.assertEqual(sum(section.total.amounts), section.total.total)

    def test_nothing(self):
        self.assertEqual(sections([], ("new",)), [])
