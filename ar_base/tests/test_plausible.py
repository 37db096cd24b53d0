from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import AgingCommon


@tagged('post_install', '-at_install')
class TestPlausible(AgingCommon):
    """Numbers that are none and days that nobody can mean are refused in words, by whatever way they come."""

    def test_numbers_that_are_none(self):
        dispute = {'move_id': self._invoice(100).id, 'reason': 'price'}
        for amount in (float('nan'), float('inf'), -float('inf'), 'nan', 1e300, 10**15):
            with self.subTest(amount=amount), self.assertRaisesRegex(ValidationError, "cannot be right"):
                self.env['ar.dispute'].create({**dispute, 'amount': amount})
        kept = self.env['ar.dispute'].create({**dispute, 'amount': 40})
        with self.assertRaisesRegex(ValidationError, "Amount"):
            kept.amount = float('nan')

    def test_days_that_nobody_means(self):
        collector = self._user('collector')
        delegations = self.env['ar.approval.delegation'].with_user(collector)
        people = {'user_id': collector.id, 'delegate_id': self._user('manager').id}
        for first, last in (('0001-01-01', '2026-01-01'), ('2026-01-01', '9999-12-31')):
            with self.subTest(first), self.assertRaisesRegex(ValidationError, "cannot be right"):
                delegations.create({**people, 'date_from': first, 'date_to': last})

    def test_a_report_as_of_the_year_1(self):
        self._invoice(100)
        for day in ('0001-01-01', '9999-12-31', 'soon'):
            with self.subTest(day), self.assertRaisesRegex(UserError, "is not a date"):
                self.env['ar.open.item'].with_context(as_of=day).search([])
