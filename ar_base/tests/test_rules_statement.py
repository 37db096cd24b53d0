from odoo.tests import BaseCase

from ..rules import statement

BUCKETS = ('current', 'late')


def rounded(_currency, amount):
    return round(amount + 0.0, 2)


def item(amount, days=0, currency='CNY', disputed=0):
    return {
        'currency': currency,
        'bucket': 'late' if days > 0 else 'current',
        'open': amount,
        'days': days,
        'disputed': disputed,
    }


def moved(amount, currency='CNY'):
    return {'currency': currency, 'amount': amount}


class TestRulesStatement(BaseCase):
    def test_open_items(self):
        cases = [
            ("nothing", [], []),
            ("one", [item(100)], [('CNY', 100, 0, 0, (100, 0))]),
            ("late", [item(100, 3), item(50)], [('CNY', 150, 100, 0, (50, 100))]),
            ("a late credit is not overdue", [item(100, 3), item(-30, 9)], [('CNY', 70, 100, 0, (0, 70))]),
            ("disputed", [item(100, 3, disputed=40)], [('CNY', 100, 100, 40, (0, 100))]),
            (
                "currencies apart",
                [item(100), item(7, 1, 'EUR'), item(1)],
                [('CNY', 101, 0, 0, (101, 0)), ('EUR', 7, 7, 0, (0, 7))],
            ),
            ("cents", [item(0.1), item(0.2)], [('CNY', 0.3, 0, 0, (0.3, 0))]),
        ]
        for name, items, expected in cases:
            with self.subTest(name):
                found = statement.open_items(items, BUCKETS, rounded)
                self.assertEqual(
                    [
                        (s.currency, s.closing, s.overdue, s.disputed, tuple(a for _b, a in s.aging))
                        for s in found
                    ],
                    expected,
                )
                self.assertFalse(any(s.difference for s in found))

    def test_activity(self):
        cases = [
            ("nothing", [], {}, [], []),
            ("nothing but an empty opening", [], {'CNY': 0.0}, [], []),
            ("paid", [], {'CNY': 100}, [moved(-100)], [('CNY', 100, [0], 0, 0)]),
            ("grown", [item(150)], {'CNY': 100}, [moved(80), moved(-30)], [('CNY', 100, [180, 150], 150, 0)]),
            ("new currency", [item(5, 0, 'EUR')], {}, [moved(5, 'EUR')], [('EUR', 0, [5], 5, 0)]),
            ("what does not foot is shown", [item(150)], {'CNY': 100}, [], [('CNY', 100, [], 150, 50)]),
        ]
        for name, items, openings, movements, expected in cases:
            with self.subTest(name):
                found = statement.activity(items, openings, movements, BUCKETS, rounded)
                self.assertEqual(
                    [
                        (
                            s.currency,
                            s.opening,
                            [line['balance'] for line in s.lines],
                            s.closing,
                            s.difference,
                        )
                        for s in found
                    ],
                    expected,
                )

    def test_a_credit_without_bucket(self):
        found = statement.open_items([{**item(-5), 'bucket': None}], (*BUCKETS, None), rounded)
        self.assertEqual(found[0].aging, (('current', 0), ('late', 0), (None, -5)))
