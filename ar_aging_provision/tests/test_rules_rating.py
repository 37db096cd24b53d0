from datetime import date
from decimal import Decimal as D
from unittest import TestCase

from ..rules import matrix, rating

PARAMETERS = {
    'rates': [[1, None, None, '0.01'], [1, 7, None, '0.02'], [1, None, 5, '0.03'], [2, None, None, '0.5']],
    'forward': '1.1',
    'grades': {'7': '2', '8': '3'},
    'assessments': [[40, 400, 'amount', '100', 9], [41, False, 'rate', '0.8', 10]],
    'secured': {'42': '30'},
    'excluded': [6],
    'base': 'net',
    'default_vat_rate': 0.25,
}
TERMS = rating.terms(PARAMETERS, 0.01)


def row(key=1, partner=40, **values):
    empty = dict.fromkeys(rating.Row._fields)
    return rating.Row(
        **{
            **empty,
            'id': key,
            'partner_id': partner,
            'company_id': 1,
            'date': date(2024, 1, 1),
            'bucket_id': 1,
            'residual': 100.0,
            **values,
        }
    )


class TestRating(TestCase):
    def test_the_most_specific_rate_and_its_multiplier(self):
        for (bucket, grade, segment), rate, multiplier in (
            ((1, None, None), '0.01', '1.1'),
            ((1, 8, None), '0.01', '3.3'),  # no rate of its own: the grade's multiplier counts
            ((1, 7, None), '0.02', '1.1'),  # a rate of its own: it does not
            ((1, 7, 5), '0.03', '2.2'),  # the segment goes before the grade
            ((2, 7, 5), '0.5', '2.2'),
            ((None, 7, None), '0', '2.2'),  # an unallocated credit has no bucket
        ):
            with self.subTest(bucket=bucket, grade=grade, segment=segment):
                found = rating.item(row(bucket_id=bucket, grade_id=grade, segment_id=segment), TERMS)
                self.assertEqual((found.rate, found.multiplier), (D(rate), D(multiplier)))

    def test_the_base_is_net_by_the_document_else_by_the_default(self):
        self.assertEqual(rating.item(row(untaxed=80.0, total=95.2), TERMS).net, (D('80.0'), D('95.2')))
        self.assertEqual(rating.item(row(), TERMS).net, (D(1), D('1.25')))
        gross = rating.terms({**PARAMETERS, 'base': 'gross'}, 0.01)
        self.assertEqual(rating.item(row(untaxed=80.0, total=95.2), gross).net, (D(1), D(1)))

    def test_a_segment_without_allowance(self):
        self.assertTrue(rating.item(row(segment_id=6), TERMS).excluded)

    def test_an_assessed_amount_is_split_over_the_instalments(self):
        party = [
            row(1, move_id=400, residual=30.0),
            row(2, move_id=400, residual=60.0),
            row(3, move_id=401),
            row(4, move_id=400, residual=-10.0),
        ]
        found = rating.assessments(party, TERMS)
        self.assertEqual(
            [(part.item, part.value, part.key) for part in found],
            [(1, D('33.33'), 9), (2, D('66.67'), 9), (4, D(0), 9)],
        )

    def test_assessments_of_the_customer_and_its_security(self):
        self.assertEqual(
            rating.assessments([row(partner=41)], TERMS), [matrix.Assessment('rate', D('0.8'), None, 10)]
        )
        self.assertEqual(rating.assessments([row(partner=42)], TERMS), [matrix.Assessment('secured', D(30))])
        self.assertEqual(rating.assessments([row(partner=43)], TERMS), [])

    def test_parties(self):
        rows = [row(1), row(2), row(3, 41), row(4, 41, company_id=2), row(5, None), row(6, None)]
        self.assertEqual(
            [[found.id for found in party] for party in rating.parties(rows)], [[1, 2], [3, 4], [5], [6]]
        )
        self.assertEqual(list(rating.parties([])), [])

    def test_what_a_line_is_given(self):
        [found] = rating.rate([row(untaxed=100.0, total=100.0, grade_id=8)], TERMS)
        self.assertEqual(
            found,
            rating.Rated(
                id=1,
                category='pool',
                assessment_id=None,
                offset=D(0),
                base=D(100),
                secured=D(0),
                rate=D('0.033'),
                matrix_rate=D('0.01'),
                multiplier=D('3.3'),
                computed=D('3.30'),
                allowance=D('3.30'),
            ),
        )
