from decimal import Decimal

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import BaseCase, tagged

from ..rules import rate_library
from .common import ProvisionCommon


@tagged('post_install', '-at_install')
class TestRateLibrary(BaseCase):
    """Common rates fall on the buckets by their age."""

    def test_years_and_days(self):
        rates = rate_library.find('cn_common')
        years = rate_library.proposed(rates, [(0, None), (1, 1), (2, 2), (3, 3), (4, 4), (5, 5)], 'year')
        self.assertEqual(list(years.values()), [Decimal(rate) / 100 for rate in (5, 10, 20, 50, 80, 100)])
        days = rate_library.proposed(
            rates, [('a', None), ('b', 1), ('c', 365), ('d', 366), ('e', 5000)], 'day'
        )
        self.assertEqual(list(days.values()), [Decimal(rate) / 100 for rate in (5, 5, 5, 10, 100)])
        matrix = rate_library.find('ifrs_ie12')
        self.assertEqual(
            list(
                rate_library.proposed(matrix, [(0, None), (1, 1), (2, 31), (3, 61), (4, 91)], 'day').values()
            ),
            [Decimal(rate) for rate in ('0.003', '0.016', '0.036', '0.066', '0.106')],
        )
        self.assertIsNone(rate_library.find('nothing'))

    def test_rates_never_fall_with_age(self):
        for rates in rate_library.LIBRARY:
            values = [Decimal(rate) for _first, rate in rates.steps]
            self.assertEqual(values, sorted(values))


@tagged('post_install', '-at_install')
class TestRateGrid(ProvisionCommon):
    """Bucket x grade, entered cell by cell."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.grade = cls.env['ar.credit.grade'].create({'name': "Weak", 'code': 'WK'})
        cls.draft = cls.policy.copy()

    def _cell(self, name, grade=None, segment=None):
        bucket = self.scheme.bucket_ids.filtered(lambda one: one.name == name)
        return f'{bucket.id}|{grade.id if grade else 0}|{segment.id if segment else 0}'

    def _rates(self):
        return {
            (row.bucket_id.name, row.grade_id.code or '', row.segment_id.name or ''): round(row.rate, 8)
            for row in self.draft.rate_ids
        }

    def test_cells_are_entered_changed_and_emptied(self):
        own = self.draft.with_user(self.accountant)
        segment = self.env['ar.provision.segment'].create({'name': "Public"})
        own.action_set_figures(
            {
                self._cell("Over 30"): 60,
                self._cell("1-30", self.grade): 12.5,
                self._cell("Not due", segment=segment): 0,
            }
        )
        self.assertEqual(
            self._rates(),
            {
                ("Not due", '', ''): 0.01,
                ("1-30", '', ''): 0.05,
                ("Over 30", '', ''): 0.6,
                ("1-30", 'WK', ''): 0.125,
                ("Not due", '', "Public"): 0,
            },
        )
        self.assertIn('value="12.5"', own.rate_grid_html)
        self.assertIn("Public", own.rate_grid_html)
        own.action_set_figures({self._cell("1-30", self.grade): None})
        self.assertNotIn(("1-30", 'WK', ''), self._rates())

    def test_common_rates(self):
        own = self.draft.with_user(self.accountant)
        own.action_set_figures({'library': 'ifrs_ie12'})
        self.assertEqual(
            self._rates(),
            {("Not due", '', ''): 0.003, ("1-30", '', ''): 0.016, ("Over 30", '', ''): 0.036},
        )
        self.assertFalse(own.rate_doubts)

    def test_refused(self):
        cell = self._cell("Over 30")
        with self.assertRaisesRegex(UserError, "in force"):
            self.policy.with_user(self.accountant).action_set_figures({cell: 60})
        with self.assertRaisesRegex(ValidationError, "between 0 and 100"):
            self.draft.with_user(self.accountant).action_set_figures({cell: 160})
        for wrong in ({'0|0|0': 5}, {'x': 5}, {cell: 'abc'}, {f'{cell}|1': 5}):
            with self.assertRaises(UserError):
                self.draft.with_user(self.accountant).action_set_figures(wrong)
        with self.assertRaises(AccessError):
            self.draft.with_user(self._user('gridviewer', 'ar_base.group_viewer')).action_set_figures(
                {cell: 6}
            )
        self.assertNotIn('<input', self.policy.rate_grid_html)
