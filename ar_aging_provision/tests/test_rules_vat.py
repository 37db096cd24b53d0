from decimal import Decimal as D
from unittest import TestCase

from ..rules import vat


class TestVat(TestCase):
    """VAT of bad debts, by table."""

    def _relief(self, gross, total, taxes, **options):
        taxes = [vat.Tax(*(amount if amount is None else D(amount) for amount in tax)) for tax in taxes]
        return [str(part) for part in vat.relief(D(gross), D(total), taxes, **options)]

    def test_relief(self):
        for title, gross, total, taxes, options, expected in (
            ("one rate", '1070', '1070', [('70',)], {}, ['70.00']),
            ("net rounded once", '15000', '116', [('16',)], {}, ['2068.97']),
            ("two rates", '226', '226', [('19',), ('7',)], {}, ['19.00', '7.00']),
            ("two rates, a part", '100', '226', [('19',), ('7',)], {}, ['8.40', '3.10']),
            ("the parts add up", '1', '300', [('1',), ('1',), ('1',)], {}, ['0.00', '0.01', '0.00']),
            ("withheld", '102', '102', [('22',), ('-20',)], {}, ['22.00', '-20.00']),
            ("no tax", '100', '100', [], {}, []),
            ("transition", '60', '120', [('20', '20')], {}, ['10.00']),
            ("no more than is left", '80', '120', [('20', '13.32')], {}, ['13.32']),
            ("what closes takes the rest", '40', '120', [('20', '6.66')], {'closes': True}, ['6.66']),
            ("no total", '0', '0', [('0',)], {}, ['0']),
        ):
            with self.subTest(title):
                self.assertEqual(self._relief(gross, total, taxes, **options), expected)

    def test_due_again_adds_up_to_what_was_relieved(self):
        relieved, gross, before, due = [D(200), D(7)], D(1307), D(0), []
        for amount in (D(500), D('300.01'), D('506.99')):
            due.append(vat.due_again(relieved, gross, before, amount))
            before += amount
        self.assertEqual(due[0], [D('76.51'), D('2.68')])
        self.assertEqual([sum(column) for column in zip(*due, strict=True)], relieved)
        self.assertEqual(vat.due_again(relieved, D(0), D(0), D(5)), [0, 0])

    def test_split(self):
        self.assertEqual(vat.split(D(10), [D(1), D(1), D(1)]), [D('3.33'), D('3.34'), D('3.33')])
        self.assertEqual(vat.split(D(10), []), [])
        self.assertEqual(vat.split(D(10), [D(0)]), [D(0)])
