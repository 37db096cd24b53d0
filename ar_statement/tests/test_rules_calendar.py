from datetime import date

from odoo.tests import BaseCase

from ..rules import calendar


class TestRulesCalendar(BaseCase):
    def test_next_due(self):
        cases = [
            (date(2026, 1, 2), 'monthly', {'day_of_month': 3}, date(2026, 1, 3)),
            (date(2026, 1, 3), 'monthly', {'day_of_month': 3}, date(2026, 2, 3)),
            (date(2026, 12, 31), 'monthly', {'day_of_month': 28}, date(2027, 1, 28)),
            (date(2026, 1, 4), 'weekly', {'weekday': 0}, date(2026, 1, 5)),
            (date(2026, 1, 5), 'weekly', {'weekday': 0}, date(2026, 1, 12)),
            (date(2026, 1, 5), 'weekly', {'weekday': 6}, date(2026, 1, 11)),
        ]
        for after, frequency, options, expected in cases:
            with self.subTest(after=after, frequency=frequency):
                self.assertEqual(calendar.next_due(after, frequency, **options), expected)

    def test_period(self):
        cases = [
            ('monthly', date(2026, 3, 3), (date(2026, 2, 1), date(2026, 2, 28))),
            ('monthly', date(2024, 3, 28), (date(2024, 2, 1), date(2024, 2, 29))),
            ('monthly', date(2026, 1, 1), (date(2025, 12, 1), date(2025, 12, 31))),
            ('weekly', date(2026, 1, 5), (date(2025, 12, 29), date(2026, 1, 4))),
        ]
        for frequency, due, expected in cases:
            with self.subTest(due=due):
                self.assertEqual(calendar.period(frequency, due), expected)
