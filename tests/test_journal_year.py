"""After a year of a small company: every state on the screens follows from the journal alone; whatever is
changed below the checks is refused or found.
"""

import psycopg2
import pytest

from odoo.tests import tagged
from odoo.tools import mute_logger

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

    @mute_logger('odoo.sql_db')
    def test_the_year(self):
        self._work()
        self._states_follow_from_the_journal()
        self._tampering_is_refused_or_found()

    def _states_follow_from_the_journal(self):
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

    # === Tampering ===

    def _last(self, model, **wanted):
        domain = [(name, '=', value) for name, value in wanted.items()]
        return self._mine(model).filtered_domain(domain).sorted('id')[-1:]

    def _tampering(self):
        """Return {what is done: its SQL}, as Odoo's own database user can."""
        letter, plan = self._last('ar.dunning.notice', state='sent'), self._last('ar.payment.plan')
        confirmation = self._last('ar.balance.confirmation', state='confirmed')
        run, hold = self._last('ar.provision.run', state='posted'), self._last('ar.hold')
        statement = self._last('ar.statement.line', state='sent')
        decision, change = self._last('ar.credit.decision', state='released'), self._last('ar.credit.change')
        write_off, case = self._last('ar.write.off'), self._last('ar.collection.case')
        period, kept = self._last('ar.sales.reconciliation', state='signed'), self._last('ar.kept.document')
        signature, mail = period.signature_ids[0], letter.delivery_ids[:1]
        security, block = self._last('ar.credit.security'), self._last('ar.dunning.block')
        override, single = self._last('ar.allowance.override'), self._last('ar.provision.assessment')
        snapshot, rate = self._last('ar.aging.snapshot'), run.policy_id.rate_ids[:1]
        reason, factor = decision.reason_ids[:1], self._last('ar.credit.assessment').line_ids[:1]
        movement = self.env['ar.allowance.movement'].search([('run_id', '=', run.id)], limit=1)
        booked = run.move_ids.line_ids.filtered('debit')[:1]
        entry = self.env['ar.journal'].search([], limit=1, order='id desc')

        def change_of(record, assignment):
            return f'UPDATE {record._table} SET {assignment} WHERE id = {record.id}'

        return {
            "the total of a sent letter": change_of(letter, 'total = total + 1000'),
            "a sent letter is a draft again": change_of(letter, "state = 'proposed'"),
            "the day of a sent letter": change_of(letter, "sent_on = '2020-01-01'"),
            "a sent letter is deleted": f'DELETE FROM ar_dunning_notice WHERE id = {letter.id}',
            "the address of a mail": change_of(mail, "address = 'other@example.com'"),
            "who signed a plan": change_of(plan, "signed_by = 'Somebody'"),
            "where a plan was signed": change_of(plan, "signed_ip = '198.51.100.1'"),
            "an unsigned plan": change_of(plan, "state = 'offered'"),
            "the plan's first instalment": change_of(plan.line_ids[0], 'amount = 1'),
            "an item that a plan covers": change_of(plan.item_ids[0], 'open_amount = 1'),
            "an instalment is added": f"""
                INSERT INTO ar_payment_plan_line (payment_plan_id, date, amount)
                VALUES ({plan.id}, '2030-01-01', 100)""",
            "an instalment is deleted": f'DELETE FROM ar_payment_plan_line WHERE id = {plan.line_ids[0].id}',
            "the amount of a letter's item": change_of(letter.line_ids[:1], 'amount = amount + 1000'),
            "an item that a letter leaves out": change_of(letter.line_ids[:1], 'included = NOT included'),
            "the fee of a letter": change_of(letter, 'fee = 40'),
            "an item of a confirmation": change_of(confirmation.line_ids[:1], 'residual = residual + 1'),
            "what a customer answered about an item": change_of(
                confirmation.line_ids[:1], "answer = 'objected', comment = 'Wrong'"
            ),
            "the figures of a statement": change_of(
                statement, """data = jsonb_set(data, '{as_of}', '"2020-01-01"')"""
            ),
            "the allowance of an item of a run": change_of(run.line_ids[:1], 'allowance = allowance + 1'),
            "the rate of an item of a run": change_of(run.line_ids[:1], 'rate = 0'),
            "a difference that a run books": change_of(run.adjustment_ids[:1], 'adjustment = 0'),
            "a movement of the allowance": change_of(movement, 'amount = amount + 1'),
            "a movement leaves its run": change_of(movement, 'run_id = NULL'),
            "a movement is deleted": f'DELETE FROM ar_allowance_movement WHERE id = {movement.id}',
            "the allowance is emptied": 'TRUNCATE ar_allowance_movement CASCADE',
            "the entry of a posted run": change_of(booked, 'debit = debit + 1, balance = balance + 1'),
            "a loss rate of the policy in force": change_of(rate, 'rate = 0'),
            "the policy asks for nobody else": change_of(run.policy_id, 'second_person = NOT second_person'),
            "an override": change_of(override, 'rate = 0'),
            "who decided an override": change_of(override, f'user_id = {self.manager.id}'),
            "a specific assessment": change_of(single, 'rate = 0'),
            "the amount of a security": change_of(security, 'amount = 1000000'),
            "who blocked dunning": change_of(block, f'user_id = {self.manager.id}'),
            "a frozen aging": change_of(snapshot, 'total = 0'),
            "a line of a frozen aging": change_of(snapshot.line_ids[:1], 'residual = 0'),
            "why an order was held": change_of(reason, "data = '{}'"),
            "what an assessment rests on": change_of(factor, 'points = 100'),
            "an item that is written off": change_of(write_off.line_ids[:1], 'amount = 1'),
            "an item of a case": change_of(case.item_ids[:1], 'amount = 1'),
            "a customer of a signed period": change_of(period.line_ids[:1], 'closing = 0'),
            "a figure of a signed period": change_of(period, 'invoiced = 0'),
            "the balance of a confirmation": change_of(confirmation, 'balance = balance + 1'),
            "the answer of a confirmation": change_of(confirmation, "state = 'objected'"),
            "who answered a confirmation": change_of(confirmation, "replied_by = 'Somebody'"),
            "the allowance of a posted run": change_of(run, 'required = required * 2'),
            "a posted run is open again": change_of(run, "state = 'approved'"),
            "who approved a posted run": change_of(run, f'approved_by_id = {self.accountant.id}'),
            "the closing of a statement": change_of(statement, 'closing = 0'),
            "who released an order": change_of(decision, f'decided_by = {self.manager.id}'),
            "the amount of a release": change_of(decision, 'amount = 1000000'),
            "a limit that was decided": change_of(change, 'new_limit = 1000000'),
            "why a hold was placed": change_of(hold, "reason = 'Nothing'"),
            "the amount written off": change_of(write_off, 'amount = 1'),
            "the outcome of a case": change_of(case, "outcome = 'paid'"),
            "who signed a period": change_of(signature, f'user_id = {self.manager.id}'),
            "a signed period is open again": change_of(period, "state = 'open'"),
            "the SHA-256 of a kept file": change_of(kept, "sha256 = repeat('0', 64)"),
            "the file of a kept document": change_of(
                kept.attachment_id, "store_fname = NULL, db_datas = 'forged'"
            ),
            "a kept document is deleted": f'DELETE FROM ar_kept_document WHERE id = {kept.id}',
            "an entry of the journal": change_of(entry, "figures = '{}'"),
            "an entry of the journal is deleted": f'DELETE FROM ar_journal WHERE id = {entry.id}',
            "an entry of the journal, its trigger off": f"""
                ALTER TABLE ar_journal DISABLE TRIGGER ar_journal_append_only;
                UPDATE ar_journal SET login = 'nobody' WHERE id = {entry.id}""",
            "the journal is emptied": 'TRUNCATE ar_journal CASCADE',
            "a seal": "UPDATE ar_journal_seal SET sha256 = 'x'",
        }

    def _tampering_is_refused_or_found(self):
        company, journal = self.company.root_id, self.env['ar.journal']
        self.assertFalse(journal._verify(company)['fault'])
        self.assertEqual(journal._verify_records(company), [], "nothing was done yet")
        refused, found, missed = [], [], []
        for what, statement in self._tampering().items():
            with self.env.cr.savepoint() as savepoint:
                try:
                    self.env.cr.execute(statement)
                    self.env.invalidate_all()
                    said = journal._verify(company)['fault'] or journal._verify_records(company)
                    (found if said else missed).append(what)
                except psycopg2.Error:
                    refused.append(what)
                savepoint.rollback()
            self.env.invalidate_all()
        print(f"{len(refused)} refused, {len(found)} found, {len(missed)} missed")
        self.assertEqual(missed, [])
        self.assertGreaterEqual(len(refused) + len(found), 60, (refused, found))
