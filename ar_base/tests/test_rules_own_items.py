from odoo.tests import BaseCase

from ..rules import own_items


class TestRulesOwnItems(BaseCase):
    def test_groups(self):
        cases = [
            ("nothing", [], []),
            (
                "balance, overdue, credits",
                [('a', 1, 'x', 100, 5), ('b', 1, 'y', 50, -3), ('c', 1, 'x', -30, 9)],
                [(1, ('a', 'b', 'c'), 120, 100, 30, (('x', 100, 66.7), ('y', 50, 33.3)))],
            ),
            (
                "what cannot be paid together",
                [('a', 1, 'x', 1, 0), ('b', 2, 'x', 2, 0), ('c', 1, 'x', 3, 0)],
                [(1, ('a', 'c'), 4, 0, 0, (('x', 4, 100),)), (2, ('b',), 2, 0, 0, (('x', 2, 100),))],
            ),
            ("credits only", [('a', 1, 'x', -5, 0)], [(1, ('a',), -5, 0, 5, ())]),
        ]
        for name, items, expected in cases:
            with self.subTest(name):
                found = own_items.groups(items, ('x', 'y'), lambda _key, amount: round(amount, 2))
                self.assertEqual([tuple(group) for group in found], expected)
