from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..engine import overdue
from .common import DunningCommon


@tagged('post_install', '-at_install')
class TestDunningRun(DunningCommon):
    def test_one_letter_per_customer_says_why(self):
        """Two invoices late, one not due: one letter with two items at level 1, each with its reason."""
        self._invoice(100, due='2024-05-01')
        self._invoice(50, due='2024-06-10')
        self._invoice(70, due='2024-07-10')
        run = self._run('2024-06-30')
        letter = run.notice_ids
        self.assertLetter(letter, state='proposed', level=1, total=150.0, item_count=2, days_in_arrears=60)
        self.assertEqual(
            letter.line_ids.filtered('included').mapped('explanation'),
            [
                "Level 1: 60 days in arrears, not dunned before",
                "Level 1: 20 days in arrears, not dunned before",
            ],
        )
        self.assertEqual(letter.line_ids.filtered(lambda line: not line.included).why, 'not_overdue')
        self.assertEqual(run.state, 'proposed')

    def test_a_reminder_before_the_due_date_needs_nothing_overdue(self):
        self.plan.write({'grace_days': -4, 'min_days_account': 6})
        self.plan.stage_ids.filtered(lambda stage: stage.level == 1).min_days = -3
        self._invoice(100, due='2024-07-03')
        letter = self._run('2024-06-30').notice_ids
        self.assertLetter(letter, state='proposed', level=1, total=100.0, days_in_arrears=0)
        self.assertRegex(letter.line_ids.explanation, r"^Level 1: due on .*, not dunned before$")
        self._invoice(50, due='2024-06-26')
        self.assertLetter(self._run('2024-06-30').notice_ids, state='withheld', reason='min_days_account')

    def test_levels_rise_one_at_a_time(self):
        self._invoice(100, due='2024-05-01')
        self.assertEqual(self._tell('2024-06-30').level, 1)
        self.assertFalse(self._tell('2024-07-03'), "the interval between letters")
        self.assertEqual(self._tell('2024-07-07').level, 2)
        self.assertEqual(self._tell('2024-07-14').level, 3)
        self.assertFalse(self._tell('2024-08-30'), "the last stage is not repeated")

    def test_mixed_levels_make_one_letter_at_the_highest(self):
        self._invoice(100, due='2024-05-01')
        self._tell('2024-06-30')
        self._invoice(30, due='2024-07-01')
        letter = self._tell('2024-07-10')
        self.assertLetter(letter, level=2, total=130.0)
        self.assertEqual(sorted(letter.line_ids.mapped('level')), [1, 2])

    def test_credits_are_netted_and_shown(self):
        self._invoice(100, due='2024-05-01')
        self._invoice(30, due='2024-05-01', move_type='out_refund')
        letter = self._run('2024-06-30').notice_ids
        self.assertLetter(letter, claim=100.0, credit=-30.0, total=70.0)
        self.assertEqual(
            letter.line_ids.filtered(lambda line: line.kind == 'credit').explanation, "Not matched yet"
        )

    def test_credits_that_exceed_the_claim_withhold(self):
        self._invoice(100, due='2024-05-01')
        self._invoice(100, due='2024-05-01', move_type='out_refund')
        self.assertLetter(self._run('2024-06-30').notice_ids, state='withheld', reason='net_credit')

    def test_unmatched_receipt_withholds(self):
        self.plan.withhold_unmatched = True
        self._invoice(100, due='2024-05-01')
        payment = self.env['account.payment'].create(
            {'payment_type': 'inbound', 'partner_id': self.customer.id, 'amount': 10, 'date': '2024-06-01'}
        )
        payment.action_post()
        self.assertLetter(self._run('2024-06-30').notice_ids, state='withheld', reason='unmatched_receipt')

    def test_the_undisputed_rest_is_dunned(self):
        invoice = self._invoice(100, due='2024-05-01')
        self.env['ar.dispute'].create({'move_id': invoice.id, 'amount': 40, 'opened_on': '2024-06-01'})
        letter = self._run('2024-06-30').notice_ids
        self.assertLetter(letter, total=60.0)
        self.assertEqual(letter.line_ids.disputed_amount, 40)

    def test_a_wholly_disputed_invoice_stays_out(self):
        invoice = self._invoice(100, due='2024-05-01')
        self.env['ar.dispute'].create({'move_id': invoice.id, 'amount': 100, 'opened_on': '2024-06-01'})
        letter = self._run('2024-06-30').notice_ids
        self.assertLetter(letter, state='withheld', reason='nothing_overdue')
        self.assertEqual(letter.line_ids.why, 'disputed')

    def test_blocks_end_by_themselves(self):
        invoice = self._invoice(100, due='2024-05-01')
        self.env['ar.dunning.block'].create(
            {'credit_account_id': self.account.id, 'until': '2024-06-30', 'reason': "Talks"}
        )
        notice = self._run('2024-06-30').notice_ids
        self.assertLetter(
            notice, state='withheld', reason='account_blocked', reason_until=fields.Date.to_date('2024-06-30')
        )
        self.assertLetter(self._run('2024-07-01').notice_ids, state='proposed')
        self.env['ar.dunning.block'].create(
            {
                'credit_account_id': self.account.id,
                'move_line_id': self._receivable(invoice).id,
                'reason': "Talks",
            }
        )
        self.assertEqual(self._run('2024-07-02').notice_ids.line_ids.why, 'blocked')

    def test_drafts_cancelled_and_no_followup_are_not_dunned(self):
        self._invoice(100, due='2024-05-01', post=False)
        self._invoice(100, due='2024-05-01').button_cancel()
        self._receivable(self._invoice(100, due='2024-05-01')).no_followup = True
        self.assertFalse(
            self._run('2024-06-30').notice_ids.filtered(lambda notice: notice.state == 'proposed')
        )

    def test_instalments_age_by_their_own_date(self):
        term = self.env['account.payment.term'].create(
            {
                'name': "Two",
                'line_ids': [
                    Command.create({'value': 'percent', 'value_amount': 50, 'nb_days': 0}),
                    Command.create({'value': 'percent', 'value_amount': 50, 'nb_days': 60}),
                ],
            }
        )
        self._invoice(100, day='2024-05-01', invoice_payment_term_id=term.id, invoice_date_due=False)
        letter = self._run('2024-05-10').notice_ids
        self.assertLetter(letter, total=50.0, item_count=1)

    def test_a_letter_per_currency(self):
        self._invoice(100, due='2024-05-01')
        self._invoice(100, due='2024-05-01', currency=self.eur)
        letters = self._run('2024-06-30').notice_ids
        self.assertEqual(sorted(letters.mapped('currency_id.name')), ['EUR', 'USD'])
        self.assertEqual(letters.mapped('total'), [100, 100])

    def test_amounts_of_a_currency(self):
        stage = self.plan.stage_ids[0]
        stage.write(
            {
                'fee': 4,
                'amount_ids': [Command.create({'currency_id': self.eur.id, 'fee': 7, 'min_amount': 200})],
            }
        )
        self._invoice(100, due='2024-05-01')
        self._invoice(100, due='2024-05-01', currency=self.eur)
        by_currency = {notice.currency_id.name: notice for notice in self._run('2024-06-30').notice_ids}
        self.assertLetter(by_currency['USD'], state='proposed', fee=4.0)
        self.assertLetter(by_currency['EUR'], state='withheld', reason='nothing_to_dun')

    def test_a_newer_proposal_replaces_the_older(self):
        self._invoice(100, due='2024-05-01')
        first = self._run('2024-06-30').notice_ids
        second = self._run('2024-07-01').notice_ids
        self.assertEqual((first.state, second.state), ('superseded', 'proposed'))

    def test_a_letter_under_way_is_not_proposed_again(self):
        self._invoice(100, due='2024-05-01')
        self._run('2024-06-30').notice_ids.with_user(self.collector).action_approve()
        self.assertFalse(self._run('2024-07-01').notice_ids)

    def test_paid_before_sending(self):
        """What is paid after the approval is left out; a letter of which nothing is left is withheld."""
        one, two = self._invoice(100, due='2024-05-01'), self._invoice(50, due='2024-05-01')
        letter = self._run('2024-06-30').notice_ids
        letter.action_approve()
        self._pay(one, '2024-06-30')
        letter._recheck()
        self.assertLetter(letter, state='approved', total=50.0, item_count=1)
        self.assertEqual(letter.line_ids.filtered('included').move_id, two)
        self._pay(two, '2024-06-30')
        letter._recheck()
        self.assertLetter(letter, state='withheld', reason='paid')

    def test_each_item_is_dunned_once_at_each_level(self):
        """Two letters that claim the same item: the unique index, not a search, replaces the second one."""
        self._invoice(100, due='2024-05-01')
        letter = self._run('2024-06-30').notice_ids
        twin = self._twin(letter)
        names = ('company_id', 'move_line_id', 'currency_id', 'amount', 'level', 'included')
        for line in letter.line_ids.sudo():
            values = line._convert_to_write({name: line[name] for name in names})
            line._create_with_facts({**values, 'notice_id': twin.id})
        letter.action_approve()
        letter._queue()
        self.assertEqual(letter.state, 'queued')
        letter._mark_sent()
        twin._queue()
        self.assertEqual(twin.state, 'superseded')

    def test_one_letter_is_under_way_at_a_time(self):
        self._invoice(100, due='2024-05-01')
        letter = self._run('2024-06-30').notice_ids
        twin = self._twin(letter)
        letter.action_approve()
        letter._queue()
        twin._queue()
        self.assertEqual((letter.state, twin.state), ('queued', 'superseded'))

    def test_part_payment_keeps_the_level(self):
        invoice = self._invoice(100, due='2024-05-01')
        self._tell('2024-06-30')
        self._pay(invoice, '2024-07-01', 60)
        self.assertLetter(self._tell('2024-07-07'), level=2, total=40.0)

    def test_the_customers_level_falls_with_payment(self):
        invoice = self._invoice(100, due='2024-05-01')
        self._tell('2024-06-30')
        self.assertEqual(self.account.dunning_level, 1)
        self._pay(invoice, '2024-07-01')
        self.account.invalidate_recordset()
        self.assertEqual(self.account.dunning_level, 0)

    def test_stage_actions(self):
        self.plan.stage_ids[0].write({'place_hold': True, 'collector_id': self.collector.id})
        self._invoice(100, due='2024-05-01')
        self._tell('2024-06-30')
        self.assertEqual(self.account.collector_id, self.collector)
        self.assertEqual(self.account.hold_ids.source, 'automatic')

    def test_last_stage_is_a_controllers(self):
        self._invoice(100, due='2024-05-01')
        self._tell('2024-06-30')
        self._tell('2024-07-07')
        run = self._run('2024-07-14')
        with self.assertRaises(AccessError):
            run.notice_ids.with_user(self.collector).action_approve()
        with self.assertRaises(UserError):
            run.with_user(self.collector).action_approve()
        run.with_user(self.controller).action_approve()
        self.assertEqual(run.notice_ids.state, 'approved')

    def test_postpone_drop_and_change_stage(self):
        self._invoice(100, due='2024-05-01')
        self._tell('2024-06-30')
        letter = self._run('2024-07-07').notice_ids.with_user(self.collector)
        self.env['ar.dunning.decide'].with_user(self.collector).create(
            {
                'notice_ids': letter.ids,
                'answer': 'stage',
                'stage_id': self.plan.stage_ids[2].id,
                'note': "Bad news",
            }
        ).action_apply()
        self.assertLetter(letter, level=3, note="Bad news")
        self.assertEqual(letter.line_ids.level, 3)
        self.env['ar.dunning.decide'].with_user(self.collector).create(
            {'notice_ids': letter.ids, 'answer': 'postpone', 'until': '2100-01-01', 'note': "Fair"}
        ).action_apply()
        self.assertEqual(letter.state, 'postponed')
        self.assertEqual(self._run('2024-07-20').notice_ids.reason, 'account_blocked')

    def test_take_an_item_out(self):
        self._invoice(100, due='2024-05-01')
        self._invoice(30, due='2024-05-02')
        letter = self._run('2024-06-30').notice_ids.with_user(self.collector)
        letter.line_ids[0].action_take_out()
        self.assertLetter(letter, total=30.0, item_count=1)

    def test_opening_dunning_levels(self):
        """The former system's reminders count: the next letter is one level above."""
        line = self._receivable(self._invoice(100, due='2024-05-01'))
        self.env['ar.dunning.opening'].with_user(self.collector).create(
            {'move_line_ids': line.ids, 'level': 1, 'day': '2024-06-01', 'note': "Former system"}
        ).action_apply()
        self.assertEqual(self._tell('2024-06-30').level, 2)

    def test_plan_of_the_customer(self):
        """The file's plan, else the first that fits the grade's profile or the tags, else the general one."""
        grade = self.env['ar.credit.grade'].search([], limit=1)
        strict = self._plan("Strict", profile='strict', sequence=1)
        Plan, company = self.env['ar.dunning.plan'], self.env.company
        self.assertEqual(Plan._plans_of(company)._first_for(self.customer, self.account.grade_id), self.plan)
        grade.dunning_profile = 'strict'
        self.account.sudo().grade_id = grade
        self.assertEqual(Plan._plans_of(company)._first_for(self.customer, self.account.grade_id), strict)
        self.account.dunning_plan_id = self.plan
        self._invoice(100, due='2024-05-01')
        self.assertEqual(self._run('2024-06-30').notice_ids.dunning_plan_id, self.plan)

    def test_a_customer_without_a_plan_is_listed(self):
        self.plan.profile = 'lenient'
        self._invoice(100, due='2024-05-01')
        self.assertLetter(self._run('2024-06-30').notice_ids, state='withheld', reason='no_plan')

    def test_letters_are_not_edited(self):
        """Decisions are made by the buttons; no call sets a letter to sent or changes its claim."""
        self._invoice(100, due='2024-05-01')
        letter = self._run('2024-06-30').notice_ids.with_user(self.collector)
        for values in ({'state': 'sent'}, {'total': 1}, {'level': 3}, {'line_ids': [Command.clear()]}):
            for record in (letter, letter.sudo()):
                with self.assertRaisesRegex(AccessError, "letters cannot be edited"):
                    record.write(values)
        with self.assertRaises(AccessError):
            letter.line_ids.write({'amount': 1})
        viewer = self._user('viewer')
        with self.assertRaises(AccessError):
            letter.with_user(viewer).action_approve()

    def test_ladder_must_rise(self):
        with self.assertRaises(UserError):
            self.plan.stage_ids[2].min_days = 1

    def test_nothing_is_deleted(self):
        self._invoice(100, due='2024-05-01')
        run = self._run('2024-06-30')
        for records in (run, run.notice_ids):
            with self.assertRaises(UserError):
                records.sudo().unlink()

    def test_large_runs_go_on_where_they_stopped(self):
        for i in range(3):
            customer = self.env['res.partner'].create({'name': f"C{i}", 'is_company': True})
            self._invoice(100, due='2024-05-01', partner_id=customer.id)
        run = self.env['ar.dunning.run'].create({'run_date': '2024-06-30'})
        run._start()
        run._propose_some(2)
        self.assertEqual(
            (run.state, run.customer_done, run.customer_total, len(run.notice_ids)), ('proposing', 2, 3, 2)
        )
        run._propose_some(2)
        self.assertEqual((run.state, run.customer_done, len(run.notice_ids)), ('proposed', 3, 3))

    def test_a_job_looks_for_customers_once_for_many_batches(self):
        for i in range(5):
            customer = self.env['res.partner'].create({'name': f"C{i}", 'is_company': True})
            self._invoice(100, due='2024-05-01', partner_id=customer.id)
        run, ahead, read = self.env['ar.dunning.run'].create({'run_date': '2024-06-30'}), {}, []
        run._start()
        customers = overdue.customers
        with patch.object(overdue, 'customers', lambda *args, **kw: read.append(1) or customers(*args, **kw)):
            while run.state == 'proposing':
                run._propose_some(2, ahead)
        self.assertEqual((run.state, len(run.notice_ids), len(read)), ('proposed', 5, 2))

    def test_many_letters_are_queued_by_the_job(self):
        for i in range(3):
            customer = self.env['res.partner'].create(
                {'name': f"C{i}", 'is_company': True, 'email': f'c{i}@example.com'}
            )
            self._invoice(100, due='2024-05-01', partner_id=customer.id)
        run = self._run('2024-06-30')
        run.action_approve()
        run._record_facts({'is_queueing': True})
        run._queue_some(2)
        self.assertEqual(
            (sorted(run.notice_ids.mapped('state')), run.is_queueing),
            (['approved', 'queued', 'queued'], True),
        )
        run._queue_some(2)
        self.assertEqual(
            (set(run.notice_ids.mapped('state')), run.is_queueing, run.state), ({'queued'}, False, 'done')
        )

    def test_daily_job_makes_one_run_and_sends_what_needs_no_approval(self):
        self.env.company.write({'ar_dunning_daily': True, 'ar_dunning_weekend': True})
        self.plan.stage_ids[0].approval = 'automatic'
        self._invoice(100, due='2024-05-01')
        self.env.flush_all()
        for _i in range(2):
            with self.enter_registry_test_mode():
                self.env.ref('ar_dunning.ir_cron_daily').method_direct_trigger()
        run = self.env['ar.dunning.run'].search(
            [('is_automatic', '=', True), ('company_id', '=', self.env.company.id)]
        )
        self.assertEqual(len(run), 1)
        self.assertEqual(run.notice_ids.state, 'queued')

    def test_no_letter_on_closed_days(self):
        company, sunday, monday = (
            self.env.company,
            fields.Date.to_date('2024-06-30'),
            fields.Date.to_date('2024-07-01'),
        )
        self.assertFalse(company._ar_dunning_open(sunday))
        self.assertTrue(company._ar_dunning_open(monday))
        self.env['ar.closed.day'].create({'name': "Day off", 'date_from': monday})
        self.assertFalse(company._ar_dunning_open(monday))
