from decimal import ROUND_HALF_UP, Decimal
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .common import SubledgerCommon

APPROVE = 'ar_aging_provision.activity_approve'


@tagged('post_install', '-at_install')
class TestReview(SubledgerCommon):
    """What the approver of a run is shown, and how it gets there."""

    def _override(self, run, amount, reason="Insolvency petition"):
        line = run.line_ids.sorted('residual')[-1:]
        self.env['ar.provision.override'].with_user(self.accountant).create(
            {'line_ids': line.ids, 'how': 'amount', 'amount': amount, 'reason': reason}
        ).action_apply()
        return line

    def test_what_is_unusual_is_said_before_it_is_approved(self):
        self._invoice(1000, due='2024-01-15')
        self._run('2024-03-31')
        self._policy([0, 0, 0], date_from='2024-04-01')
        run = self._run('2024-04-30', post=False)
        self.assertRegex(run.warnings, "Every rate is zero")
        self.assertRegex(run.warnings, r"falls by 100 %: from .*500\.00 to .*0\.00")
        self.assertRegex(run.warnings, "policy changed from Test policy")
        self._policy([0.5, 0.4, 0.3], date_from='2024-04-02')
        run.with_user(self.accountant).action_back()
        run.policy_id = self.env['ar.provision.policy'].search([('date_from', '=', '2024-04-02')])
        run.with_user(self.accountant).action_compute()
        self.assertRegex(run.warnings, "loses less")
        self.assertNotIn("falls by", run.warnings)

    def test_an_ordinary_run_warns_of_nothing(self):
        self._invoice(1000, due='2024-01-15')
        self._run('2024-03-31')
        self.assertFalse(self._run('2024-04-30', post=False).warnings)

    def test_overrides_stand_on_the_page_and_in_print(self):
        self._invoice(1000, due='2024-01-15')
        run = self._run(post=False)
        self._override(run, 800)
        [row] = run._report_values()['overrides']
        self.assertEqual((row['customer'], row['computed'], row['allowance']), ("Hua", 500, 800))
        for text in ("Insolvency petition", "800.00", "500.00"):
            self.assertIn(text, run.overrides_html)
        html = self.env['ir.actions.report']._render_qweb_html('ar_aging_provision.run_report', run.ids)[0]
        self.assertIn(b"Insolvency petition", html)
        self.assertIn(b"signature: approved by", html)

    def test_the_approver_is_asked_and_sees_the_overrides(self):
        self._invoice(1000, due='2024-01-15')
        run = self._run(post=False)
        self._override(run, 800)
        run.with_user(self.accountant).action_ask_approval()
        run.with_user(self.accountant).action_ask_approval()
        asked = run.activity_ids.filtered(lambda one: one.activity_type_id == self.env.ref(APPROVE))
        self.assertIn(self.approver, asked.user_id)
        self.assertNotIn(self.accountant, asked.user_id)
        own = asked.filtered(lambda one: one.user_id == self.approver)
        self.assertEqual(len(own), 1)
        self.assertIn("Insolvency petition", own.note)
        run.with_user(self.approver).action_approve()
        self.assertFalse(run.activity_ids)

    def test_nobody_else_is_said(self):
        self._invoice(1000)
        run = self._run(post=False)
        alone = patch.object(type(self.company), '_ar_people', lambda company, role: self.accountant)
        with alone, self.assertRaisesRegex(UserError, "Nobody but"):
            run.with_user(self.accountant).action_ask_approval()

    # === Sensitivity ===

    def _by_hand(self, run, change):
        total = Decimal(0)
        for line in run.line_ids:
            rate = change(line)
            exposed = max(Decimal(str(line.base)) - Decimal(str(line.secured)), Decimal(0))
            amount = (exposed * min(rate, Decimal(1))).quantize(Decimal('0.01'), ROUND_HALF_UP)
            kept = line.is_overridden or line.category != 'pool'
            total += Decimal(str(line.allowance)) if kept else amount
        return total

    def test_what_if_leaves_decisions(self):
        self._invoice(1000, due='2024-02-01')
        self._invoice(200, due='2024-07-31')
        run = self._run(post=False)
        self.env['ar.provision.override'].create(
            {'line_ids': run.line_ids[0].ids, 'how': 'rate', 'rate': 0.9, 'reason': "Insolvent"}
        ).action_apply()
        wizard = self.env['ar.provision.what.if'].create(
            {'run_id': run.id, 'provision_policy_id': run.policy_id.id}
        )
        self.assertEqual((wizard.required, wizard.difference), (run.required, 0))
        self.assertIn(f"What if: {self.policy.name}", wizard.table_html)
        self.assertNotIn("-0.00", wizard.table_html)

    def test_sensitivity_recomputes_the_pool_and_leaves_decisions(self):
        grade = self.env['ar.credit.grade'].create(
            {'name': "Weak", 'code': 'WK', 'provision_multiplier': 1.6}
        )
        weak = self.env['res.partner'].create({'name': "Weak", 'is_company': True})
        self.env['ar.credit.account'].sudo()._for_partner(weak, self.company).grade_id = grade
        for amount, due, partner in (
            (333.33, '2024-07-31', None),
            (777.77, '2024-06-20', weak),
            (1234.56, '2024-02-01', weak),
            (500, '2024-02-01', None),
        ):
            self._invoice(amount, due=due, partner=partner)
        self.env['ar.provision.assessment'].create(
            {
                'partner_id': self.customer.id,
                'kind': 'secured',
                'amount': 100,
                'reason': "Deposit",
                'date_from': '2024-01-01',
            }
        )
        run = self._run(post=False)
        self._override(run, 900)
        names = self.scheme.bucket_ids.mapped('name')
        rates = dict(zip(names, map(Decimal, ('0.01', '0.05', '0.5')), strict=True))
        older = dict(zip(names, [*names[1:], names[-1]], strict=True))

        def rate(line, name=None):
            factor = Decimal('1.6') if line.grade_id == grade else Decimal(1)
            return min(rates[name or line.bucket_id.name] * factor, Decimal(1))

        expected = [
            self._by_hand(run, lambda line: rate(line) * Decimal('1.1')),
            self._by_hand(run, lambda line: rate(line) * Decimal('0.9')),
            self._by_hand(run, lambda line: rate(line) + Decimal('0.01')),
            self._by_hand(run, lambda line: rate(line, older[line.bucket_id.name])),
        ]
        self.assertEqual(self._by_hand(run, rate), Decimal(str(run.required)))
        rows = run._sensitivity()
        self.assertEqual([Decimal(str(round(row[1], 2))) for row in rows], [x.normalize() for x in expected])
        for _label, amount, difference in rows:
            self.assertAlmostEqual(amount - run.required, difference, 2)

    # === Since then ===

    def test_receipts_since_the_date(self):
        paid, part, noted, lost, still = (self._invoice(100, due='2024-06-10') for _one in range(5))
        run = self._run()
        self._pay(paid, '2024-07-05')
        self._pay(part, '2024-07-05', 40)
        note = noted._reverse_moves([{'date': '2024-07-06', 'invoice_date': '2024-07-06'}])
        note.action_post()
        write_off = self._write_off('2024-07-07', post=False)
        write_off.line_ids.filtered(lambda line: line.move_line_id.move_id != lost).unlink()
        write_off.action_post()
        self.assertTrue(still)
        *_buckets, total = run._receipts()
        self.assertEqual(
            [total[name] for name in ('residual', 'collected', 'credited', 'lost', 'open')],
            [500, 140, 100, 100, 160],
        )
        with freeze_time('2024-06-30'):
            self.assertEqual(run._receipts()[-1]['collected'], 0)

    def test_what_changed_after_the_run_was_posted(self):
        invoice = self._invoice(1000, due='2024-01-15')
        run = self._run()
        self.assertFalse(run._changes()['documents'] or run._changes()['moves'])
        self._pay(invoice, '2024-06-20', 400)
        late = self._invoice(55, day='2024-06-25')
        self._entry('2024-06-30', self.policy.allowance_account_id, 12)
        self.assertTrue(run.moved_since)
        changes = run._changes()
        self.assertEqual(
            changes['documents'],
            [(invoice.name, "Hua", 1000, 600), (late.name, "Hua", 0, 55)],
        )
        self.assertEqual([row[2] for row in changes['moves']], [12])
        for text in (invoice.name, late.name, "600.00"):
            self.assertIn(text, run.changes_html)

    # === The roll-forward opens ===

    def test_every_figure_of_the_rollforward_opens_what_it_sums(self):
        self._invoice(1000, due='2024-01-15')
        self._invoice(500, due='2024-01-15')
        self._run('2024-03-31')
        self._write_off('2024-04-05', 100)
        self._run('2024-04-30')
        page = self.env['ar.provision.rollforward'].create(
            {'company_id': self.company.id, 'date_from': '2024-04-01', 'date_to': '2024-04-30'}
        )
        values = page._values()
        for (_name, row), key in zip(values['rows'], values['keys'], strict=True):
            for column, _label in values['columns']:
                action = page.action_open_figure(f'{key}|{column}')
                found = self.env['ar.allowance.movement'].search(action['domain'])
                shown = values['signs'][column] * float(row[column])
                self.assertAlmostEqual(sum(found.mapped('amount')), shown, 2, f'{key} {column}')

    # === Segments of the past ===

    def test_a_run_of_a_past_date_uses_the_segment_of_that_date(self):
        public = self.env['ar.provision.segment'].create({'name': "Public", 'excluded': True})
        private = self.env['ar.provision.segment'].create({'name': "Private"})
        account = self.env['ar.credit.account'].sudo()._for_partner(self.customer, self.company)
        self._invoice(1000, due='2024-01-15')
        with freeze_time('2024-02-01'):
            account.provision_segment_id = public
        with freeze_time('2024-05-10'):
            account.provision_segment_id = private
        with freeze_time('2024-05-20'):
            account.provision_segment_id = False
        run = self._run('2024-04-30', post=False)
        self.assertEqual((run.line_ids.segment_id, run.required), (public, 0))
        run = self._run('2024-05-15', post=False)
        self.assertEqual((run.line_ids.segment_id, run.required), (private, 500))
        run = self._run('2024-06-30', post=False)
        self.assertEqual((run.line_ids.segment_id, run.required), (self.env['ar.provision.segment'], 500))
        change = self.env['ar.provision.segment.change'].search([], limit=1)
        with self.assertRaises(UserError):
            change.with_user(self.accountant).sudo().write({'changed_on': fields.Date.today()})

    def test_the_past_of_a_joined_file_is_not_that_of_the_customer_it_joins(self):
        public = self.env['ar.provision.segment'].create({'name': "Public", 'excluded': True})
        private = self.env['ar.provision.segment'].create({'name': "Private"})
        files = self.env['ar.credit.account'].sudo()
        other = self.env['res.partner'].create({'name': "Other", 'is_company': True})
        account = files._for_partner(self.customer, self.company)
        joined = files._for_partner(other, self.company)
        self._invoice(1000, due='2024-01-15')
        self._invoice(300, due='2024-01-15', partner=other)
        with freeze_time('2024-02-01'):
            account.provision_segment_id = private
            joined.provision_segment_id = public
        with freeze_time('2024-05-10'):
            joined.provision_segment_id = private
        run = self._run('2024-04-30', post=False)
        self.assertEqual(run.required, 500)
        move = self.env['ar.credit.move']
        with freeze_time('2024-06-01'):
            move._move(joined, self.customer, "One company")
        run.action_compute()
        self.assertEqual((run.line_ids.segment_id, run.required), (private, 650))
        with freeze_time('2024-06-02'):
            move._take_back(joined, "Two after all")
        run.action_compute()
        self.assertEqual((run.line_ids.segment_id, run.required), (private | public, 500))
