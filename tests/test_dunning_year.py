from collections import defaultdict
from datetime import date, timedelta
from unittest import skipUnless

import pytest

from odoo.fields import Command
from odoo.tests import tagged

from .late_payments import FILE, Loader, read
from odoo.addons.account.tests.common import AccountTestInvoicingCommon

pytestmark = pytest.mark.slow

FIRST, LAST = date(2012, 1, 1), date(2012, 12, 31)
INTERVAL = 5
# level: (days in arrears, days since the item's last notice)
LADDER = {1: (1, 0), 2: (8, 5), 3: (15, 7), 4: (25, 7)}


def days():
    day = FIRST
    while day <= LAST:
        yield day
        day += timedelta(days=1)


class Reference:
    """The year from the file alone, day by day, in the plainest words: who is dunned for what, when."""

    def __init__(self, rows):
        self.rows = rows
        self.level, self.dunned, self.last_letter = defaultdict(int), {}, {}

    def letters(self, day):
        """Return {customer: {invoice: level}} of the day and remember it."""
        found = defaultdict(dict)
        for row in self.rows:
            late = (day - row.due).days
            if not (row.invoiced <= day < row.settled) or late < 1:
                continue
            step = self.level[row.number] + 1
            if step not in LADDER or late < LADDER[step][0]:
                continue
            dunned = self.dunned.get(row.number)
            if dunned is None or (day - dunned).days >= LADDER[step][1]:
                found[row.customer][row.number] = step
        result = {}
        for customer, items in found.items():
            last = self.last_letter.get(customer)
            if last and (day - last).days < INTERVAL:
                continue
            result[customer] = items
            self.last_letter[customer] = day
            for number, step in items.items():
                self.level[number], self.dunned[number] = step, day
        return result

    def overdue(self, day):
        return {row.customer for row in self.rows if row.invoiced <= day < row.settled and row.due < day}


@tagged('post_install', '-at_install')
@skipUnless(FILE.exists(), f'{FILE.name} is not next to the checkout')
class TestDunningYear(AccountTestInvoicingCommon):
    """Real invoices and payments, a run every day of a year: the letters are those of the plain reference."""

    @classmethod
    def get_default_groups(cls):
        return super().get_default_groups() | cls.quick_ref('ar_base.group_manager')

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, 'lang': 'en_US', 'tracking_disable': True})
        cls.rows = [row for row in read() if row.invoiced <= LAST]
        cls.row_by_number = {row.number: row for row in cls.rows}
        cls.loader = Loader(cls.env, cls.rows)
        cls.loader.post_invoices(cls.company_data['default_account_revenue'])
        cls.number_by_move = {move: number for number, move in cls.loader.invoices.items()}
        cls.env['ar.dunning.plan'].search([]).active = False
        cls.env['ar.dunning.plan'].create(
            {
                'name': "Year",
                'interval_days': INTERVAL,
                'stage_ids': [
                    Command.create(
                        {
                            'name': f'Level {level}',
                            'level': level,
                            'min_days': late,
                            'min_interval': since,
                            'approval': 'automatic',
                        }
                    )
                    for level, (late, since) in LADDER.items()
                ],
            }
        )

    def _day(self, day):
        """Enter the payments known by the day, run it, send; return {customer: {invoice: level}} and who has
        a word in the run.
        """
        self.loader.pay_until(day, self.company_data['default_journal_bank'])
        run = self.env['ar.dunning.run'].create({'run_date': day})
        run.action_propose()
        handled = set(run.notice_ids.partner_id.mapped('name'))
        letters = run.notice_ids.filtered(lambda notice: notice.state == 'proposed')
        letters._approve()
        letters.action_send()
        letters._mark_sent(day)
        return {
            notice.partner_id.name: {
                self.number_by_move[line.move_id]: line.level for line in notice.line_ids if line.included
            }
            for notice in letters
        }, handled

    def test_a_year_day_by_day(self):
        reference, dunned = Reference(self.rows), {}
        sent = 0
        for day in days():
            letters, handled = self._day(day)
            self.assertEqual(letters, reference.letters(day), day)
            self.assertEqual(handled, reference.overdue(day), day)
            for items in letters.values():
                sent += 1
                for number, level in items.items():
                    self.assertLess(
                        day, self.row_by_number[number].settled, f'{number} is paid and was dunned on {day}'
                    )
                    self.assertEqual(
                        level,
                        dunned.get(number, 0) + 1,
                        f'{number} was dunned twice or skipped a level on {day}',
                    )
                    dunned[number] = level
        self.assertGreater(sent, 300)
        self.assertEqual(set(dunned.values()), set(LADDER))
