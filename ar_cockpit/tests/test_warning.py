from datetime import date, timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import AccessError

from odoo.addons.ar_base.tests.common import ReceivablesCommon


@freeze_time('2024-12-16')
class TestWarning(ReceivablesCommon):
    """Each planted deterioration warns once; a quiet ledger does not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.collector = cls._user('collector')
        cls.today = date(2024, 12, 16)
        cls.quiet = [cls._customer(f"Quiet {number}") for number in range(5)]
        for customer in (*cls.quiet, cls.customer):
            cls._year(customer)

    @classmethod
    def _year(cls, customer):
        """Sell 1,000 a month, paid on the due date, up to the invoice that is due next."""
        for month in range(1, 13):
            day = date(2024, month, 1)
            due = day + timedelta(days=29)
            invoice = cls._invoice(1000, day, due, partner=customer)
            if due < cls.today:
                cls._pay(invoice, due)

    def _look(self):
        self._run_job('ar_cockpit.ir_cron_warning')
        return self.env['ar.warning'].search([('company_id', '=', self.company.id)])

    def _codes(self):
        return [(row.partner_id, row.rule_id.code) for row in self._look()]

    def test_silent_on_a_quiet_ledger(self):
        self.assertFalse(self._look())

    def test_pays_later_than_before(self):
        for month in (10, 11):
            for day in (2, 3):
                invoice = self._invoice(500, date(2024, month, day), date(2024, month, 4))
                self._pay(invoice, date(2024, month, 28))
        self.env['ar.warning.rule'].search([('code', '!=', 'slower')]).active = False
        self.assertEqual(self._codes(), [(self.customer, 'slower')])

    def test_first_delay_of_a_good_payer(self):
        self._invoice(100, '2024-10-10', '2024-10-20')
        self.assertEqual(self._codes(), [(self.customer, 'first_delay')])

    def test_order_spike(self):
        self._invoice(6000, '2024-12-10', '2025-01-10')
        self.assertEqual(
            set(self._codes()), {(self.customer, 'order_spike'), (self.customer, 'concentration')}
        )

    def test_fewer_orders(self):
        self._pay(self._invoice(1000, '2023-10-10', '2023-11-09'), '2023-11-09')
        for invoice in self.env['account.move'].search(
            [('partner_id', '=', self.customer.id), ('date', '>', '2024-09-17')]
        ):
            invoice.line_ids.remove_move_reconcile()
            invoice.button_draft()
            invoice.button_cancel()
        self.assertIn((self.customer, 'fewer_orders'), self._codes())

    def test_pays_in_parts(self):
        for number in (1, 2):
            invoice = self._invoice(50, f'2024-12-0{number}', '2025-01-05')
            self._pay(invoice, '2024-12-10', 20)
        self.assertEqual(self._codes(), [(self.customer, 'part_payments')])

    def test_payment_taken_back(self):
        payment = self._receipt(70, '2024-12-05')
        payment.move_id._reverse_moves([{'date': '2024-12-09'}], cancel=True)
        self.assertEqual(self._codes(), [(self.customer, 'bounced')])

    def test_old_draft(self):
        self._invoice(70, '2024-11-10', post=False)
        self._invoice(70, '2024-12-10', post=False, partner=self.quiet[0])
        self.assertEqual(self._codes(), [(self.customer, 'old_drafts')])

    def test_a_rule_may_place_the_customer_on_hold(self):
        rule = self.env['ar.warning.rule'].search([('code', '=', 'limit_used')])
        rule.with_user(self._user('manager')).places_hold = True
        with self._known(limit_used=95.0):
            self._look()
            self._look()
        hold = self._account().hold_ids
        self.assertEqual((len(hold), hold.source), (1, 'automatic'))
        self.assertIn(rule.name, hold.reason)

    def test_concentration(self):
        self._invoice(3000, '2024-12-14', '2025-01-14')
        self.env['ar.warning.rule'].search([('code', '=', 'order_spike')]).active = False
        self.assertEqual(self._codes(), [(self.customer, 'concentration')])

    def _known(self, **facts):
        known = {self.customer.id: facts}
        return patch.object(
            self.registry['ar.credit.account'], '_warning_facts', lambda accounts, company, day: known
        )

    def test_what_other_addons_know(self):
        for fact, value in (('limit_used', 95.0), ('ending', 10), ('unreached', 3)):
            with self._known(**{fact: value}):
                self.assertIn((self.customer, fact), self._codes())

    def test_grade_fell_and_promise_broken(self):
        account, grade = self._account(), self.env.ref('ar_base.grade_c')
        account.grade_id = grade
        before = {self.customer.id: self.env.ref('ar_base.grade_a').id}
        late = self._receivable(self._invoice(10, '2024-12-10', '2024-12-12'))
        with (
            patch.object(self.registry['ar.credit.account'], '_grades_at', lambda *args: before),
            patch.object(
                self.registry['ar.open.item'],
                '_broken_commitments',
                lambda items, lines, day: {late.id: day} if late.id in lines else {},
            ),
        ):
            rows = self._look()
        self.assertEqual({row.rule_id.code: row.value for row in rows}, {'grade_fell': 2, 'broken': 1})

    def test_fires_once_and_again_when_it_comes_back(self):
        with self._known(limit_used=95.0):
            [warning] = self._look()
            self.assertEqual(self._look(), warning)
            warning.with_user(self.collector).action_false()
            self.assertEqual(self._look(), warning, "closed, but it still is so")
        self._look()
        self.assertFalse(warning.still)
        with self._known(limit_used=95.0):
            self.assertEqual(len(self._look()), 2)

    def test_threshold_of_a_grade(self):
        self._account().grade_id = self.env.ref('ar_base.grade_a')
        rule = self.env['ar.warning.rule'].search([('code', '=', 'limit_used')])
        rule.threshold_ids = [(0, 0, {'grade_id': self.env.ref('ar_base.grade_a').id, 'threshold': 99})]
        with self._known(limit_used=95.0):
            self.assertFalse(self._look())

    def test_rules_tried_on_the_past(self):
        lost = self.quiet[0]
        self._invoice(100, '2024-06-20', '2024-06-25', partner=lost)
        with freeze_time('2025-06-01'):
            self._run_job('ar_cockpit.ir_cron_warning_check')
        check = self.env['ar.warning.check'].search([('company_id', '=', self.company.id)])
        self.assertEqual((check.defaults, check.found), (1, 1))
        line = check.line_ids.filtered(lambda row: row.rule_id.code == 'first_delay')
        self.assertEqual((line.right, line.false_alarms), (1, 0))
        self.assertEqual(check.line_ids.rule_id.check_line_ids, check.line_ids)
        manager = self._user('manager')
        self.assertEqual(check.with_user(manager).action_check()['tag'], 'display_notification')
        with self.assertRaises(AccessError):
            check.with_user(self.collector).action_check()
        with self.assertRaises(AccessError):
            check.with_user(manager).write({'found': 9})

    def test_snoozed_for_a_week(self):
        with self._known(limit_used=95.0):
            [warning] = self._look()
            warning.with_user(self.collector).action_snooze()
            self.assertEqual((warning.state, str(warning.snoozed_until)), ('snoozed', '2024-12-23'))
            self._look()
            self.assertEqual(warning.state, 'snoozed')
            with freeze_time('2024-12-23'):
                self._look()
            self.assertEqual(warning.state, 'open')

    def test_outcome_counts_for_the_rule(self):
        self._account().collector_id = self.collector
        with self._known(limit_used=95.0, ending=3):
            rows = self._look()
        self.assertEqual(rows.owner_id, self.collector)
        rows[0].with_user(self.collector).action_right()
        self.assertEqual(
            (rows[0].state, rows[0].outcome, rows[0].closed_by_id), ('closed', 'right', self.collector)
        )
        self.assertEqual(rows[0].rule_id.right_share, 100)
        rows[0].with_user(self.collector).action_false()
        self.assertEqual(rows[0].outcome, 'right', "what is closed stays")

    def test_who_may_what(self):
        viewer = self._user('viewer')
        with self._known(limit_used=95.0):
            [warning] = self._look()
        self.assertFalse(self.env['ar.warning'].with_user(viewer).search([]))
        self.customer.user_id = viewer
        self.assertEqual(self.env['ar.warning'].with_user(viewer).search([]), warning)
        for values in ({'state': 'closed'}, {'outcome': 'right'}, {'value': 1}, {'still': False}):
            with self.assertRaises(AccessError):
                warning.with_user(self.collector).write(values)
        with self.assertRaises(AccessError):
            warning.with_user(viewer).action_false()
        warning.with_user(self.collector).write({'note': "Called.", 'owner_id': self.collector.id})
        with self.assertRaises(AccessError):
            warning.rule_id.with_user(self.collector).write({'threshold': 1000})
