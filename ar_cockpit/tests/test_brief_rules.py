from odoo.tests import BaseCase

from ..rules import brief
from ..rules.brief import Figures


class TestBriefRules(BaseCase):
    """What is said of a customer, and what to do next."""

    def test_habit(self):
        for paid, usual, expected in (
            (2, 9, 'unknown'),
            (3, 9, 'late'),
            (3, 0, 'on_time'),
            (3, -1, 'early'),
        ):
            self.assertEqual(brief.habit(Figures(paid=paid, usual=usual)), expected)

    def test_next_step(self):
        for figures, expected in (
            (Figures(), 'none'),
            (Figures(open=100), 'none'),
            (Figures(overdue=100), 'collect'),
            (Figures(overdue=100, promised=60), 'collect'),
            (Figures(overdue=100, promised=100), 'wait'),
            (Figures(overdue=100, promised=100, broken=1), 'broken'),
            (Figures(overdue=100, disputes=1), 'collect'),
            (Figures(overdue=100, late_disputes=1), 'dispute'),
            (Figures(limit=50, available=-1, warnings=1), 'limit'),
            (Figures(warnings=1), 'warning'),
        ):
            self.assertEqual(brief.next_step(figures), expected, figures)
