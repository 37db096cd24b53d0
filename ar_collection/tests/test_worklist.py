from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..rules import priority
from odoo.addons.ar_dunning.tests.common import DunningCommon


@tagged('post_install', '-at_install')
class TestWorklist(DunningCommon):
    """The worklist, what is next, and that no customer is forgotten. Dates are around today."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Date.context_today(cls.env.user)
        cls.worklist = cls.env['ar.collection.worklist'].with_user(cls.collector)

    def _day(self, days):
        return self.today + timedelta(days=days)

    def _overdue(self, amount, days, partner=None):
        values = {'partner_id': partner.id} if partner else {}
        return self._invoice(amount, day=self._day(-days - 30), due=self._day(-days), **values)

    def _customer(self, name, amount, days, **values):
        partner = self.env['res.partner'].create({'name': name, 'is_company': True})
        self._overdue(amount, days, partner)
        account = self.env['ar.credit.account']._for_partner(partner, self.env.company)
        account.sudo().write(values)
        return account

    def _row(self, account=None):
        partner = (account or self.account).partner_id
        return self.worklist.search(
            [('partner_id', '=', partner.id), ('company_id', '=', self.env.company.id)]
        )

    def test_figures(self):
        self._overdue(1000, 40)
        self._overdue(500, 10)
        self._overdue(300, -20)
        self._pay(self._overdue(50, 5), self.today)
        self._invoice(120, day=self._day(-3), move_type='out_refund')
        self.assertRecordValues(
            self._row(),
            [
                {
                    'overdue': 1500,
                    'credit': 120,
                    'receivable': 1800,
                    'oldest_days': 40,
                    'item_count': 2,
                    'level': 0,
                    'next_kind': 'none',
                    'credit_account_id': self.account.id,
                    'currency_id': self.env.company.currency_id.id,
                }
            ],
        )

    def test_paid_customers_are_not_on_it(self):
        self._pay(self._overdue(1000, 40), self._day(-1))
        self._overdue(1000, -1)
        self.assertFalse(self._row())

    def test_a_customer_without_a_credit_file_is_on_it(self):
        partner = self.env['res.partner'].create({'name': "New", 'is_company': True})
        self._overdue(10, 1, partner)
        # The credit check of an invoice opens the file; balances that were imported do not.
        self.env['ar.credit.account'].search([('partner_id', '=', partner.id)]).unlink()
        row = self.worklist.search([('partner_id', '=', partner.id)])
        self.assertFalse(row.credit_account_id)
        action = row.action_open_customer()
        self.assertEqual(self.env['ar.credit.account'].browse(action['res_id']).partner_id, partner)

    def test_sql_priority_is_the_rule(self):
        company = self.env.company
        weights = priority.Weights(risk=1.3, stale=0.7, stale_days=10)
        company.write(
            {
                'ar_worklist_risk_weight': weights.risk,
                'ar_worklist_stale_weight': weights.stale,
                'ar_worklist_stale_days': weights.stale_days,
            }
        )
        grades = {grade.dunning_profile: grade for grade in self.env['ar.credit.grade'].search([])}
        cases = []
        for number, (amount, days, profile, silent) in enumerate(
            (
                (1234.56, 3, None, None),
                (1234.56, 45, 'lenient', 2),
                (99.99, 200, 'strict', 25),
                (5000, 91, 'legal', 300),
                (70000, 1, 'standard', 0),
            )
        ):
            account = self._customer(
                f"Priority {number}", amount, days, grade_id=profile and grades[profile].id
            )
            if silent is not None:
                self.env['ar.contact.log'].create(
                    {
                        'credit_account_id': account.id,
                        'date': fields.Datetime.to_datetime(self._day(-silent)) + timedelta(hours=9),
                    }
                )
            cases.append((account, priority.score(amount, profile, days, 0, silent, weights)))
        self.assertEqual(
            [self._row(account).priority for account, _score in cases], [score for _account, score in cases]
        )

    # === What is next ===

    def test_what_is_next(self):
        self._overdue(1000, 40)
        self.assertEqual(self._row().next_kind, 'none')
        block = (
            self.env['ar.dunning.block']
            .with_user(self.collector)
            .create({'credit_account_id': self.account.id, 'until': self._day(9), 'reason': "Moves house"})
        )
        self.assertRecordValues(self._row(), [{'next_kind': 'block', 'next_date': self._day(9)}])
        self.env['ar.promise'].with_user(self.collector)._note(
            self.account.with_user(self.collector), self._collectable(), [(self._day(5), 1000)]
        )
        self.assertRecordValues(self._row(), [{'next_kind': 'promise', 'next_date': self._day(5)}])
        self.env['ar.contact.log'].with_user(self.collector).create(
            {'credit_account_id': self.account.id, 'next_action': "Call", 'next_date': self._day(2)}
        )
        self.assertRecordValues(self._row(), [{'next_kind': 'activity', 'next_date': self._day(2)}])
        self.account.activity_ids.action_feedback()
        self.account.promise_ids._record_facts({'state': 'cancelled'})
        block.action_lift()
        self.assertEqual(self._row().next_kind, 'none')

    def _collectable(self):
        return self.env['ar.promise']._collectable_items(self.account)

    def test_a_block_without_end_does_not_count(self):
        self._overdue(1000, 40)
        self.env['ar.dunning.block'].create({'credit_account_id': self.account.id, 'reason': "For ever"})
        self.assertEqual(self._row().next_kind, 'none')

    def test_letters(self):
        self._overdue(1000, 40)
        letter = self._run(self.today).notice_ids
        self.assertRecordValues(self._row(), [{'next_kind': 'approve', 'next_date': self.today}])
        letter._mark_sent(self.today)
        self.assertRecordValues(
            self._row(),
            [{'next_kind': 'waiting', 'next_date': self._day(7), 'level': 1, 'last_letter': self.today}],
        )
        letter._mark_failed("No address")
        self.assertRecordValues(self._row(), [{'next_kind': 'failed'}])

    def test_the_plan_will_write_again_until_its_last_stage(self):
        self._overdue(1000, 40)
        for days, kind in ((-30, 'waiting'), (-20, 'waiting'), (-10, 'none')):
            self._tell(fields.Date.to_string(self._day(days)))
            self._run(self.today)
            row = self._row()
            if row.next_kind == 'approve':  # the next stage is proposed today
                self.env['ar.dunning.notice'].search(
                    [('credit_account_id', '=', self.account.id), ('state', '=', 'proposed')]
                )._drop("x")
                continue
            self.assertEqual(row.next_kind, kind, days)
        self.assertEqual(row.level, 3)
        self.assertEqual(row.next_kind, 'none', "all stages are reached: a decision is needed")

    def test_case_and_credits(self):
        move = self._overdue(1000, 40)
        credit = self._invoice(1000, day=self._day(-3), move_type='out_refund')
        self.assertEqual(self._row().next_kind, 'credits')
        case = self.env['ar.collection.case'].create(
            {
                'credit_account_id': self.account.id,
                'next_date': self._day(4),
                'item_ids': [Command.create({'move_line_id': self._receivable(move).id})],
            }
        )
        self.assertRecordValues(self._row(), [{'next_kind': 'case', 'next_date': self._day(4)}])
        case._close('settled', "x")
        self.assertEqual(self._row().next_kind, 'credits')
        self.assertTrue(credit)

    # === Nothing is forgotten ===

    def test_the_daily_job_gives_every_customer_a_next_action(self):
        other = self._customer("Unassigned", 700, 12)
        mine = self._customer("Mine", 900, 20, collector_id=self.controller.id)
        planned = self._customer("Planned", 900, 20)
        self.env['ar.contact.log'].with_user(self.collector).create(
            {'credit_account_id': planned.id, 'next_action': "Call", 'next_date': self._day(2)}
        )
        self.env.company.ar_worklist_collector_id = self.collector
        partner = self.env['res.partner'].create({'name': "No file", 'is_company': True})
        self._overdue(10, 1, partner)
        with self.enter_registry_test_mode():
            self.env.ref('ar_collection.ir_cron_remind').method_direct_trigger()
        self.assertFalse(
            self.worklist.search([('company_id', '=', self.env.company.id), ('next_kind', '=', 'none')])
        )
        self.assertEqual(other.activity_ids.user_id, self.collector)
        self.assertEqual(mine.activity_ids.user_id, self.controller)
        self.assertEqual(planned.activity_ids.summary, "Call")
        file = self.env['ar.credit.account']._for_partner(partner, self.env.company)
        self.assertEqual(file.activity_ids.date_deadline, self.today)
        with self.enter_registry_test_mode():
            self.env.ref('ar_collection.ir_cron_remind').method_direct_trigger()
        self.assertEqual(len(other.activity_ids), 1, "once")

    # === The page of one customer ===

    def test_page_in_a_bounded_number_of_queries(self):
        def read(account):
            fields_spec = {
                name: {}
                for name in (
                    'worklist_overdue',
                    'worklist_next_kind',
                    'worklist_next_text',
                    'worklist_stage_id',
                    'last_contact',
                    'dunning_level',
                    'promises_open',
                )
            } | {
                'worklist_item_ids': {
                    'fields': {
                        name: {}
                        for name in (
                            'move_id',
                            'residual',
                            'disputed',
                            'dunning_level',
                            'dunned_on',
                            'excluded',
                        )
                    }
                },
                'event_ids': {'fields': {'summary': {}, 'amount': {}}},
                'worklist_contact_ids': {'fields': {'name': {}}},
            }
            account = self.env['ar.credit.account'].with_user(self.collector).browse(account.id)
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            account.with_context(aging_partner_ids=account._family()).web_read(fields_spec)
            return self.env.cr.sql_log_count - before

        small, large = self._customer("Small", 10, 10), self._customer("Large", 10, 10)
        for number in range(12):
            self._overdue(100 + number, 20 + number, large.partner_id)
            self.env['ar.contact.log'].with_user(self.collector).create(
                {'credit_account_id': large.id, 'text': str(number)}
            )
        self.env['ar.contact.log'].with_user(self.collector).create({'credit_account_id': small.id})
        read(small)
        few, many = read(small), read(large)
        self.assertLessEqual(many, few + 3)
        self.assertLess(many, 90)

    def test_items_show_their_level_and_why_they_are_excluded(self):
        dunned, promised = self._overdue(1000, 40), self._overdue(500, 10)
        self._tell(fields.Date.to_string(self._day(-3)))
        self.env['ar.promise']._note(self.account, self._receivable(promised), [(self._day(5), 500)])
        items = self.account.with_user(self.collector).worklist_item_ids
        self.assertEqual(items.move_id, dunned + promised)
        self.assertEqual(items.mapped('dunning_level'), [1, 1])
        self.assertEqual(items.mapped('excluded'), [False, f"Promised until {self._day(5):%m/%d/%Y}"])

    def test_next_customer_follows_the_order_and_the_filters(self):
        accounts = [
            self._customer(f"Next {number}", 90000000 - number, 20, collector_id=collector.id)
            for number, collector in enumerate((self.collector, self.controller, self.collector))
        ]
        one, two, three = (account.with_user(self.collector) for account in accounts)
        self.assertEqual(self._next(one)['res_id'], two.id)
        mine = one.with_context(worklist_mine=True)
        action = self._next(mine)
        self.assertEqual(action['res_id'], three.id)
        self.assertTrue(action['context']['worklist_mine'])
        self.env['ar.contact.log'].with_user(self.collector).create(
            {'credit_account_id': three.id, 'next_action': "x", 'next_date': self._day(3)}
        )
        last = one.with_context(worklist_mine=True, worklist_due=True).action_worklist_next()
        self.assertEqual(last['tag'], 'display_notification')

    def test_a_call_skips_nobody_and_the_list_ends(self):
        """A call lowers the priority of the customer: the next is still the one that stood below it."""
        accounts = [
            self._customer(f"Loop {number}", 90000000 - 1000 * number, 20, collector_id=self.collector.id)
            for number in range(4)
        ]
        worklist = self.worklist.with_context(worklist_mine=True, worklist_high=True)
        others = self.worklist.search([('collector_id', '=', self.collector.id)]).filtered('is_high')
        self.assertEqual(others.credit_account_id, self.env['ar.credit.account'].union(*accounts))
        action = worklist.search([('credit_account_id', '=', accounts[0].id)]).action_open_customer()
        met = []
        for number in range(4):
            page = self.env['ar.credit.account'].with_user(self.collector).with_context(**action['context'])
            account = page.browse(action['res_id'])
            met.append(account.id)
            self.assertEqual(account.worklist_place, f"{number + 1} of 4")
            dialog = account.action_log_call()
            log = self.env['ar.contact.log'].with_user(self.collector).with_context(**dialog['context'])
            then = log.create({'outcome': 'not_reached'}).action_next_customer()
            action = then['params'].get('action')
        self.assertEqual(met, [account.id for account in accounts])
        self.assertEqual(then['tag'], 'display_notification')
        self.assertIn("4 contacts, 0 reached", then['params']['message'])

    def test_who_starts_in_the_middle_comes_back_to_the_top(self):
        accounts = [
            self._customer(f"Mid {number}", 90000000 - 1000 * number, 20, collector_id=self.collector.id)
            for number in range(3)
        ]
        row = self.worklist.search([('credit_account_id', '=', accounts[1].id)])
        action = row.with_context(worklist_mine=True).action_open_customer()
        met = []
        while action:
            account = (
                self.env['ar.credit.account'].with_user(self.collector).with_context(**action['context'])
            )
            account = account.browse(action['res_id'])
            met.append(account.id)
            action = account.action_worklist_next()['params'].get('action')
        self.assertEqual(met, [accounts[number].id for number in (1, 2, 0)])

    def test_credits_to_match_are_something_to_do(self):
        self._overdue(1000, 40)
        self._invoice(1000, day=self._day(-3), move_type='out_refund')
        rows = self.worklist.with_context(worklist_due=True)
        self.assertIn(self._row(), rows.search(rows._worklist_domain()))

    def test_call_letter_to_approve_and_letter_on_its_way_are_apart(self):
        self.customer.phone = "+31 10 555 0120"
        self._overdue(1000, 40)
        letter = self._run(self.today).notice_ids
        self.assertEqual(self._row().next_kind, 'approve')
        letter.action_approve()
        self.assertEqual(self._row().next_kind, 'approve')
        letter._queue()
        self.assertEqual(self._row().next_kind, 'letter')
        self.assertTrue(self.account.with_user(self.collector).worklist_waits)
        delivery = letter.delivery_ids.sudo()
        delivery._record_facts({'state': 'waiting', 'channel': 'phone'})
        self.assertEqual((self._row().next_kind, self._row().phone), ('call', "+31 10 555 0120"))

    @staticmethod
    def _next(account):
        return account.action_worklist_next()['params']['action']

    def test_letter_now(self):
        self._overdue(1000, 40)
        action = self.account.with_user(self.collector).action_letter_now()
        letter = self.env['ar.dunning.notice'].browse(action['res_id'])
        self.assertLetter(letter, state='proposed', level=1, total=1000)
        letter.with_user(self.collector).action_approve()
        self.assertEqual(
            self.account.with_user(self.collector).action_letter_now()['res_id'],
            letter.id,
            "the one under way",
        )
        with self.assertRaisesRegex(UserError, "overdue under its dunning plan"):
            empty = self._customer("Not yet", 5, -9)
            empty.with_user(self.collector).action_letter_now()

    def test_postpone(self):
        self._overdue(1000, 40)
        wizard = (
            self.env['ar.collection.postpone']
            .with_user(self.collector)
            .create({'credit_account_id': self.account.id, 'until': self._day(5), 'reason': "Audit"})
        )
        wizard.action_apply()
        self.assertRecordValues(self._row(), [{'next_kind': 'block', 'next_date': self._day(5)}])
        wizard.until = self._day(-1)
        with self.assertRaises(UserError):
            wizard.action_apply()

    def test_script_of_the_stage(self):
        first, second, _third = self.plan.stage_ids.sorted('level')
        second.call_script = "<p>Second</p>"
        account = self.account.with_user(self.collector)
        self.assertEqual((account.worklist_stage_id, str(account.worklist_script)), (first, "<p>Second</p>"))
        first.call_script = "<p>First</p>"
        account.invalidate_recordset()
        self.assertEqual(str(account.worklist_script), "<p>First</p>")
