from datetime import date

from odoo.exceptions import AccessError
from odoo.tests import BaseCase, tagged

from ..rules import calendar
from .common import AgingCommon

HOLIDAY = [(date(2026, 10, 1), date(2026, 10, 7), False), (date(2026, 10, 10), date(2026, 10, 10), True)]


class TestRulesCalendar(BaseCase):
    def test_is_open(self):
        cases = [
            (date(2026, 9, 30), False, True),
            (date(2026, 10, 1), False, False),
            (date(2026, 10, 3), True, False),  # a Saturday within the holiday
            (date(2026, 10, 7), False, False),
            (date(2026, 10, 8), False, True),
            (date(2026, 10, 10), False, True),  # a Saturday worked in exchange
            (date(2026, 10, 11), False, False),
            (date(2026, 10, 11), True, True),
        ]
        for day, weekends, expected in cases:
            with self.subTest(day=day, weekends=weekends):
                self.assertEqual(calendar.is_open(day, weekends, HOLIDAY), expected)

    def test_a_worked_day_within_a_holiday(self):
        self.assertTrue(
            calendar.is_open(
                date(2026, 10, 5), False, [*HOLIDAY, (date(2026, 10, 5), date(2026, 10, 5), True)]
            )
        )


@tagged('post_install', '-at_install')
class TestClosedDay(AgingCommon):
    def test_the_managers_calendar_holds_for_the_branches(self):
        company, day = self.env.company, date(2026, 10, 1)
        branch = self.env['res.company'].create({'name': "Branch", 'parent_id': company.id})
        other = self.env['res.company'].create({'name': "Other"})
        closed = (
            self.env['ar.closed.day']
            .with_user(self._user('manager'))
            .create({'name': "National Day", 'date_from': day})
        )
        self.assertEqual((closed.date_to, closed.company_id), (day, company))
        self.assertEqual([c._ar_is_open(day) for c in (company, branch, other)], [False, False, True])
        closed.date_to = date(2026, 10, 7)
        closed.date_from = date(2026, 10, 9)
        self.assertEqual(closed.date_to, date(2026, 10, 9), "the end follows")
        with self.assertRaises(AccessError):
            closed.with_user(self._user('collector')).name = "Mine"
