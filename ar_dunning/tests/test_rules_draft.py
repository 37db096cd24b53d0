from datetime import date

from odoo.tests import BaseCase

from ..rules.draft import SILENT, Draft, Dunned, Facts, Row, by_letter, judge
from ..rules.dunning import Level, Policy

DAY = date(2024, 6, 30)
POLICY = Policy((Level(1, 3), Level(2, 14, min_interval=7)))
NOTHING = Facts({}, {}, set(), {}, set(), {})


def cents(amount):
    return round(amount, 2)


def row(key, amount=100.0, due=date(2024, 5, 1), residual=None, **values):
    return Row(
        key, 1, 7, 2, due, due, amount if residual is None else residual, amount, False, False
    )._replace(**values)


class TestRulesDraft(BaseCase):
    """From open items and facts to the letter, and to the lines that are stored of it."""

    def _draft(self, rows, facts=NOTHING, escalates=True, **known):
        letter = judge(POLICY, rows, facts, DAY, cents, escalates=escalates, waits_for_receipts=True, **known)
        return Draft(5, 1, 2, 7, 3, letter, tuple(rows), facts, escalates=escalates)

    def _line(self, draft, key):
        [line] = [line for line in draft.lines(cents) if line.move_line_id == key]
        return line

    def test_what_is_not_disputed_is_demanded(self):
        """40 of 100 in the company's currency are disputed: 80 of 200 in the item's."""
        facts = NOTHING._replace(disputed={1: 40.0, 2: 100.0})
        draft = self._draft([row(1, 200.0, residual=100.0), row(2)], facts)
        self.assertEqual(draft.amounts(cents), {1: 120.0, 2: 0.0})
        self.assertEqual(draft.letter.overdue_total, 120.0)
        self.assertEqual(self._line(draft, 1).disputed_amount, 80.0)
        self.assertEqual((self._line(draft, 2).included, self._line(draft, 2).why), (False, 'disputed'))

    def test_an_exclusion_says_by_what_and_until_when(self):
        until = date(2024, 7, 5)
        facts = NOTHING._replace(excluded={1: ('payment_plan', until)})
        draft = self._draft([row(1), row(2)], facts)
        line = self._line(draft, 1)
        self.assertEqual((line.included, line.why, line.why_until), (False, 'payment_plan', until))
        self.assertTrue(self._line(draft, 2).included)

    def test_a_broken_commitment_rises_one_level(self):
        facts = NOTHING._replace(dunned={1: Dunned(1, date(2024, 6, 28), 1)}, escalated={1})
        for escalates, expected in ((True, (2, True, True)), (False, (1, False, False))):
            line = self._line(self._draft([row(1)], facts, escalates), 1)
            self.assertEqual((line.level, line.included, line.escalated), expected)

    def test_a_repetition_is_counted(self):
        policy = Policy((Level(1, 3, always_repeat=True),))
        facts = NOTHING._replace(dunned={1: Dunned(1, date(2024, 6, 1), 3)})
        letter = judge(policy, [row(1)], facts, DAY, cents, escalates=True, waits_for_receipts=True)
        line = self._line(Draft(5, 1, 2, 7, 3, letter, (row(1),), facts), 1)
        self.assertEqual((line.level, line.repetition), (1, 3))

    def test_a_receipt_withholds_and_a_stop_says_why(self):
        rows = [row(1), row(2, -10.0, is_receipt=True)]
        self.assertEqual(self._draft(rows).letter.reason, 'unmatched_receipt')
        stopped = self._draft(rows, stopped='case').letter
        self.assertEqual((stopped.selected, stopped.reason), (False, 'case'))

    def test_credits_are_stored_only_where_they_are_netted(self):
        netted = self._draft([row(1), row(2, -10.0)])
        self.assertEqual([line.kind for line in netted.lines(cents)], ['debit', 'credit'])
        self.assertEqual((netted.totals()['claim'], netted.totals()['total']), (100.0, 90.0))
        withheld = self._draft([row(1), row(2, -200.0)])
        self.assertEqual([line.kind for line in withheld.lines(cents)], ['debit'])

    def test_nothing_to_report(self):
        self.assertTrue(self._draft([row(1, due=date(2024, 7, 30))]).is_silent)
        excluded = self._draft([row(1)], NOTHING._replace(blocked={1}))
        self.assertEqual((excluded.letter.reason, excluded.is_silent), (SILENT, False))

    def test_a_letter_per_account_company_and_currency(self):
        rows = [row(1), row(2, currency_id=3), row(3, partner_id=8)]
        groups = by_letter(rows, {(7, 1): 5, (8, 1): 6})
        self.assertEqual(set(groups), {(5, 1, 2), (5, 1, 3), (6, 1, 2)})
