"""After a year of a small company: every state on the screens follows from the journal alone."""

import pytest

from odoo.tests import tagged

from . import journal_recount
from .year import Year

pytestmark = pytest.mark.slow
# Models whose state the journal tells as it is.
STATES = (
    ('ar.credit.change', 'ar.credit.decision', 'ar.dispute', 'ar.promise', 'ar.payment.plan')
    + ('ar.dunning.notice', 'ar.dunning.delivery', 'ar.collection.case', 'ar.statement.line')
    + ('ar.balance.confirmation', 'ar.provision.run', 'ar.provision.policy', 'ar.write.off', 'ar.recovery')
    + ('ar.sales.reconciliation',)
)


@tagged('post_install', '-at_install')
class TestJournalYear(Year):
    def _rows(self):
        entries = self.env['ar.journal'].search([('id', '>', self.first)])
        return [(entry.id, entry.model, entry.res_id, entry.event, entry.figures) for entry in entries]

    def test_every_state_follows_from_the_journal(self):
        self._work()
        rows = journal_recount.read(self._rows())
        for model in STATES:
            with self.subTest(model=model):
                self._compare_states(model, journal_recount.states(rows, model))
        for compare in (self._compare_files, self._compare_orders, self._compare_periods_and_books):
            with self.subTest(compare.__name__):
                compare(rows)
        self.assertFalse(self.env['ar.journal']._verify(self.company.root_id)['fault'])

    def _mine(self, model):
        domain = [('company_id', '=', self.company.id)] if 'company_id' in self.env[model]._fields else []
        return self.env[model].sudo().with_context(active_test=False).search(domain)

    def _compare_states(self, model, said):
        """A screen shows a reported state where it is the last that the journal tells, and only there."""
        records = self._mine(model)
        self.assertTrue(records, f"the year has no {model}")
        shown = {record.id: record.state for record in records}
        reported = records._of_all_classes('_journaled')
        self.assertEqual(
            {record: state for record, state in said.items() if state in reported},
            {record: state for record, state in shown.items() if state in reported},
            model,
        )

    def _compare_files(self, rows):
        limits, grades = journal_recount.limits(rows), journal_recount.grades(rows)
        accounts = self._mine('ar.credit.account')
        decided = {account.id: (account.credit_limit, account.is_unlimited) for account in accounts}
        self.assertEqual(limits, {account: decided[account] for account in limits})
        self.assertEqual(set(limits), {self._account(buyer).id for buyer in self.buyers})
        self.assertEqual(
            grades, {id_: self.env['ar.credit.account'].browse(id_).grade_id.id for id_ in grades}
        )
        active = self.env['ar.hold'].search([('company_id', '=', self.company.id)])
        self.assertEqual(journal_recount.holds(rows), set(active.ids))

    def _compare_orders(self, rows):
        orders = journal_recount.orders(rows)
        for order in self.env['sale.order'].search([('partner_id', 'in', self.buyers.ids)]):
            usual = 'ok' if order.state == 'sale' else 'none'
            self.assertEqual(order.credit_state, orders.get(order.id) or usual, order.name)
        self.assertLessEqual({'released', 'rejected'}, set(orders.values()))
        assessments = self._mine('ar.credit.assessment')
        shown = {assessment.id: assessment.state for assessment in assessments}
        self.assertEqual(journal_recount.assessments(rows), shown)

    def _compare_periods_and_books(self, rows):
        signatures = self._mine('ar.sales.reconciliation').signature_ids.filtered(lambda s: not s.revoked_on)
        self.assertEqual(
            journal_recount.signatures(rows),
            {(sign.reconciliation_id.id, sign.side): sign.user_id.id for sign in signatures},
        )
        booked = sum(
            self._mine('ar.provision.run').filtered(lambda run: run.state == 'posted').mapped('adjustment')
        )
        self.assertAlmostEqual(journal_recount.allowance(rows), booked, 2)
