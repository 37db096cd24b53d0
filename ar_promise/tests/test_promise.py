from datetime import date

import psycopg2

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .common import PromiseCommon


@tagged('post_install', '-at_install')
@freeze_time('2024-03-01')
class TestPromise(PromiseCommon):
    """Promises noted by a collector; what becomes of them is found from payments."""

    def test_kept_and_the_pause(self):
        one, other = self._invoice(100), self._invoice(50)
        promise = self._promise(one, ('2024-03-10', 100))
        self.assertEqual(self._covered(one | other, '2024-03-10'), {one: ('promise', date(2024, 3, 10))})
        self.assertFalse(self._covered(one, '2024-03-11'), "broken the day after")
        self.assertFalse(self._covered(one, '2024-02-29'), "not given yet")
        with freeze_time('2024-03-09'):
            self._pay(one, '2024-03-09')
        self.assertRecordValues(
            promise, [{'state': 'kept', 'received': 100, 'closed_on': date(2024, 3, 9), 'next_date': False}]
        )
        self.assertEqual((self.account.promises_kept, self.account.promise_ratio), (1, 100))
        self._follow('2024-04-01')
        self.assertEqual(promise.state, 'kept')

    def test_broken_tells_the_collector_once(self):
        move = self._invoice(100)
        promise = self._promise(move, ('2024-03-10', 100))
        self._follow('2024-03-10')
        self.assertEqual(promise.state, 'open')
        self._follow('2024-03-11')
        self._follow('2024-03-12')
        self.assertRecordValues(promise, [{'state': 'broken', 'closed_on': date(2024, 3, 11), 'received': 0}])
        self.assertEqual(promise.activity_ids.mapped('user_id'), self.collector)
        self.assertEqual(len(promise.activity_ids), 1)
        self.assertEqual(self._broken(move, '2024-03-11'), {move: date(2024, 3, 11)})
        self.assertFalse(self._broken(move, '2024-03-10'))
        self.assertRecordValues(
            self.account, [{'promises_open': 0, 'promises_broken': 1, 'promise_ratio': 0}]
        )
        self.assertFalse(self.account.hold_ids)

    def test_broken_before_anybody_looked(self):
        move = self._invoice(100)
        self._promise(move, ('2024-03-10', 100))
        self.assertEqual(self._broken(move, '2024-03-15'), {move: date(2024, 3, 11)})

    def test_part_and_second_row(self):
        move = self._invoice(100)
        promise = self._promise(move, ('2024-03-10', 40), ('2024-03-20', 60))
        with freeze_time('2024-03-10'):
            self._pay(move, '2024-03-10', 40)
        self.assertRecordValues(promise, [{'state': 'open', 'received': 40, 'next_date': date(2024, 3, 20)}])
        self.assertEqual(self._covered(move, '2024-03-15'), {move: ('promise', date(2024, 3, 20))})
        self._follow('2024-03-21')
        self.assertRecordValues(promise, [{'state': 'partly', 'received': 40}])
        self.assertFalse(self._broken(move, '2024-03-25'))
        self.assertEqual(promise.line_ids.mapped('received'), [40, 0])

    def test_booked_late_but_paid_in_time(self):
        self.company.ar_promise_hold = True
        move = self._invoice(100)
        promise = self._promise(move, ('2024-03-10', 100))
        self._follow('2024-03-12')
        self.assertEqual(promise.state, 'broken')
        hold = promise.hold_id
        self.assertRecordValues(
            hold, [{'active': True, 'source': 'automatic', 'credit_account_id': self.account.id}]
        )
        with freeze_time('2024-03-13'):
            self._pay(move, '2024-03-08')  # the bank's value date
        self.assertEqual(promise.state, 'kept')
        self.assertFalse(hold.active)
        self.assertFalse(promise.activity_ids)
        self.assertRecordValues(self.account, [{'promises_kept': 1, 'promises_broken': 0}])

    def test_hold_ends_when_paid(self):
        self.company.ar_promise_hold = True
        move = self._invoice(100)
        promise = self._promise(move, ('2024-03-10', 100))
        self._follow('2024-03-12')
        with freeze_time('2024-03-20'):
            self._pay(move, '2024-03-20')
        self.assertEqual((promise.state, promise.hold_id.active), ('broken', False))

    def test_grace_is_of_the_day_it_was_given(self):
        self.company.ar_promise_grace_days = 2
        move = self._invoice(100)
        promise = self._promise(move, ('2024-03-10', 100))
        self.company.ar_promise_grace_days = 0
        self.assertEqual(self._covered(move, '2024-03-12'), {move: ('promise', date(2024, 3, 12))})
        self._follow('2024-03-12')
        self.assertEqual(promise.state, 'open')
        self._follow('2024-03-13')
        self.assertEqual(promise.state, 'broken')

    def test_bounced_payment(self):
        move = self._invoice(100)
        promise = self._promise(move, ('2024-03-10', 100))
        with freeze_time('2024-03-09'):
            self._pay(move, '2024-03-09')
        self.assertEqual(promise.state, 'kept')
        move.line_ids.remove_move_reconcile()
        self.assertEqual(
            (promise.state, self.account.commitments_recheck),
            ('kept', True),
            "it may be matched again at once",
        )
        with freeze_time('2024-03-12'), self.enter_registry_test_mode():
            self.env.ref('ar_promise.ir_cron_follow_commitments').method_direct_trigger()
        self.assertEqual((promise.state, self.account.commitments_recheck), ('broken', False))

    def test_cron_follows_everybody_once_a_day(self):
        promise = self._promise(self._invoice(100), ('2024-03-10', 100))
        with freeze_time('2024-03-12'), self.enter_registry_test_mode():
            self.env.ref('ar_promise.ir_cron_follow_commitments').method_direct_trigger()
        self.assertEqual(promise.state, 'broken')
        with freeze_time('2024-03-12'):
            self.assertFalse(
                self.env['ar.credit.account'].search(
                    self.env['ar.credit.account']._to_follow_domain(date(2024, 3, 12))
                )
                & self.account
            )

    def test_a_job_writes_in_the_language_of_the_company(self):
        self.env['res.lang']._activate_lang('zh_CN')
        self.company.partner_id.lang = 'zh_CN'
        self.company.ar_promise_hold = True
        promise = self._promise(self._invoice(100), ('2024-03-10', 100))
        with freeze_time('2024-03-12'), self.enter_registry_test_mode():
            self.env.ref('ar_promise.ir_cron_follow_commitments').method_direct_trigger()
        self.assertIn("承诺未履行", promise.activity_ids.summary)
        self.assertRegex(promise.hold_id.reason, "[一-鿿]")

    def test_credit_note_is_not_a_payment(self):
        move = self._invoice(100)
        promise = self._promise(move, ('2024-03-10', 100))
        move._reverse_moves([{'date': '2024-03-05', 'invoice_date': '2024-03-05'}], cancel=True)
        self._follow('2024-03-05')
        self.assertEqual((promise.state, promise.received), ('cancelled', 0))
        self.assertFalse(self.account.promises_kept)

    def test_one_receipt_counts_for_one_promise(self):
        move = self._invoice(100)
        first = self._promise(move, ('2024-03-05', 40))
        self._pay(move, '2024-03-01', 60)
        self.assertEqual((first.state, first.received), ('kept', 40))
        second = self._promise(move, ('2024-03-06', 40))
        self._follow('2024-03-07')
        self.assertEqual(
            (second.state, second.received),
            ('broken', 0),
            "the 20 that came before it was given are not its own",
        )

    def test_currency_of_the_invoice(self):
        move = self._invoice(100, currency=self.eur, day='2024-01-10')
        promise = self._promise(move, ('2024-03-10', 100))
        self.assertEqual(promise.currency_id, self.eur)
        with freeze_time('2024-03-09'):
            self._pay(move, '2024-03-09')
        self.assertEqual((promise.state, promise.received), ('kept', 100))
        with self.assertRaisesRegex(ValidationError, "one commitment per currency"):
            self._promise(self._invoice(10, currency=self.eur) | self._invoice(10), ('2024-03-10', 20))

    def test_instalment_of_an_invoice(self):
        """Only the instalment that is promised is paused."""
        terms = self.env['account.payment.term'].create(
            {
                'name': "Two",
                'line_ids': [
                    Command.create({'value': 'percent', 'value_amount': 50, 'nb_days': days})
                    for days in (0, 30)
                ],
            }
        )
        move = self._invoice(100, invoice_payment_term_id=terms.id, due=False)
        first, second = self._lines(move).sorted('date_maturity')
        promise = (
            self.env['ar.promise']
            .with_user(self.collector)
            ._note(self.account, first, [(date(2024, 3, 10), 50)])
        )
        covered = self.env['ar.open.item']._dunning_exclusions([first.id, second.id], date(2024, 3, 5))
        self.assertEqual(set(covered), {first.id})
        self.assertIn("due", promise.item_ids.document)

    # === What is refused ===

    def test_refused(self):
        move, stranger = (
            self._invoice(100),
            self._invoice(10, partner_id=self.env['res.partner'].create({'name': "Other"}).id),
        )
        for moves, rows, error in (
            (move, [('2024-03-10', 101)], "more than the"),
            (move, [('2024-02-10', 10)], "before the day"),
            (move, [], "at least one amount"),
            (stranger, [('2024-03-10', 10)], "is not owed by"),
            (self.env['account.move'], [('2024-03-10', 10)], "choose the invoices"),
        ):
            with self.subTest(error), self.assertRaisesRegex(ValidationError, error), self.cr.savepoint():
                self._promise(moves, *rows)
        with (
            mute_logger('odoo.sql_db'),
            self.assertRaises(psycopg2.errors.CheckViolation),
            self.cr.savepoint(),
        ):
            self._promise(move, ('2024-03-10', -5))
        with self.assertRaisesRegex(ValidationError, "cannot be noted before"), self.cr.savepoint():
            self._promise(move, ('2024-03-10', 10), made_on='2024-03-02')
        self._pay(move, '2024-03-01')
        with self.assertRaisesRegex(ValidationError, "nothing open"):
            self._promise(move, ('2024-03-10', 10))

    def test_kept_as_it_was_given(self):
        promise = self._promise(self._invoice(100), ('2024-03-10', 100))
        for change in (
            lambda: promise.write({'state': 'kept'}),
            lambda: promise.sudo().write({'received': 100, 'cancel_reason': "x"}),
            lambda: promise.line_ids.write({'received': 100}),
            lambda: promise.item_ids.write({'open_amount': 1}),
            lambda: promise.line_ids.write({'date': '2024-05-01'}),
            lambda: promise.line_ids.write({'amount': 1}),
            lambda: promise.write({'made_on': '2024-02-01'}),
            lambda: promise.item_ids.sudo().unlink(),
            lambda: promise.line_ids.sudo().unlink(),
            lambda: promise.sudo().unlink(),
            lambda: promise.line_ids.create({'promise_id': promise.id, 'date': '2024-05-01', 'amount': 1}),
        ):
            with self.assertRaises(UserError), self.cr.savepoint():
                change()
        promise.note = "Called again"
        with self.assertRaises(AccessError):
            promise.with_user(self._user('viewer')).action_cancel("x")

    def test_cancel_needs_a_reason_and_ends_the_pause(self):
        move = self._invoice(100)
        promise = self._promise(move, ('2024-03-10', 100))
        with self.assertRaisesRegex(UserError, "already covered by"), self.cr.savepoint():
            self._promise(move, ('2024-03-12', 100))
        with self.assertRaisesRegex(UserError, "Write down why"):
            promise.action_cancel()
        wizard = (
            self.env['ar.commitment.cancel']
            .with_user(self.collector)
            .with_context(active_model='ar.promise', active_ids=promise.ids)
            .create({'reason': "New date agreed"})
        )
        wizard.action_apply()
        self.assertEqual((promise.state, promise.cancel_reason), ('cancelled', "New date agreed"))
        self.assertFalse(self._covered(move, '2024-03-02'))
        self.assertTrue(self._promise(move, ('2024-03-12', 100)))
        with self.assertRaisesRegex(UserError, "payment record"):
            promise.action_cancel("again")

    def test_from_invoice_and_from_credit_file(self):
        """What the form proposes: the invoice's open items, or all that is overdue."""
        late, future = self._invoice(100), self._invoice(70, due='2024-06-01')
        Promise = self.env['ar.promise'].with_user(self.collector)
        for action, moves in (
            (late.with_user(self.collector).action_promise(), late),
            (future.with_user(self.collector).action_promise(), future),
            (self.account.with_user(self.collector).action_promise(), late),
        ):
            values = Promise.with_context(**action['context']).default_get(list(Promise._fields))
            self.assertEqual(
                [command[2]['move_line_id'] for command in values['item_ids']], self._lines(moves).ids
            )
            self.assertEqual(values['line_ids'][0][2]['amount'], moves.amount_residual)

    def test_the_form_proposes_what_is_overdue(self):
        late, _future = self._invoice(100), self._invoice(70, due='2024-06-01')
        with Form(self.env['ar.promise'].with_user(self.collector)) as form:
            form.credit_account_id = self.account
        promise = form.record
        self.assertEqual(promise.item_ids.move_line_id, self._lines(late))
        self.assertRecordValues(promise.line_ids, [{'date': date(2024, 3, 8), 'amount': 100}])
        self.assertNotEqual(promise.name, "New")

    def test_who_may(self):
        move = self._invoice(100)
        controller = self._user('controller')
        promise = (
            self.env['ar.promise']
            .with_user(controller)
            ._note(self.account.with_user(controller), self._lines(move), [(date(2024, 3, 10), 100)])
        )
        self.assertEqual(promise.noted_by_id, controller)
        with self.assertRaises(AccessError):
            self.env['ar.promise'].with_user(self._user('accountant'))._note(
                self.account, self._lines(self._invoice(10)), [(date(2024, 3, 10), 100)]
            )
        stranger = self._user('promise_stranger', groups='ar_base.group_collector')
        other = self.setup_other_company()['company']
        stranger.write({'company_ids': [Command.set(other.ids)], 'company_id': other.id})
        self.assertFalse(self.env['ar.promise'].with_user(stranger).search([]))

    def test_merged_credit_files(self):
        promise = self._promise(self._invoice(100), ('2024-03-10', 100))
        partner = self.env['res.partner'].create({'name': "Hua Holding", 'is_company': True})
        target = self.env['ar.credit.account']._for_partner(partner, self.company)
        self.account._merge_into(target)
        self.assertEqual(
            (promise.credit_account_id, promise.partner_id, target.promises_open), (target, partner, 1)
        )

    def test_many_promises_in_few_queries(self):
        moves = [self._invoice(10) for _i in range(12)]
        for move in moves[:2]:
            self._promise(move, ('2024-03-10', 10))

        def queries():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.account._follow_commitments(date(2024, 3, 5))
            return self.cr.sql_log_count - before

        queries()
        few = queries()
        for move in moves[2:]:
            self._promise(move, ('2024-03-10', 10))
        self.assertLessEqual(queries(), few + 1)
