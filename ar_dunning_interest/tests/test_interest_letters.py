from odoo.fields import Date
from odoo.tests import tagged

from odoo.addons.ar_dunning.tests.common import DunningCommon


@tagged('post_install', '-at_install')
class TestInterestLetters(DunningCommon):
    """Letters that claim interest: previewed, refreshed, charged once they are out."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.scheme = cls.env['ar.interest.scheme'].create({'name': "Ten", 'rate': 10})
        cls.plan.stage_ids.filtered(lambda stage: stage.level > 1).write(
            {'interest_scheme_id': cls.scheme.id, 'fee': 5}
        )
        cls.env['ar.charge.posting'].create(
            [
                {
                    'company_id': cls.env.company.id,
                    'kind': kind,
                    'account_id': cls.company_data['default_account_revenue'].id,
                }
                for kind in ('interest', 'fee', 'fixed_sum')
            ]
        )

    def _second(self, amount=36500, day='2024-07-09'):
        """Return the proposed second letter about an invoice due on 30 May: 40 days of interest."""
        self.invoice = self._invoice(amount, day='2024-05-30')
        self._tell('2024-06-30')
        return self._run(day, self.controller).notice_ids

    def test_the_stage_says_whether(self):
        self._invoice(36500, day='2024-05-30')
        first = self._run('2024-06-30').notice_ids
        self.assertLetter(first, interest_total=0.0, amount_due=36500.0)
        self.assertFalse(self._tell('2024-06-30').charge_ids)

    def test_preview_then_charged_as_it_said(self):
        letter = self._second()
        self.assertLetter(letter, level=2, total=36500.0, fee=5.0, interest_total=400.0, amount_due=36905.0)
        self.assertIn("40 days", letter.line_ids.charge_text)
        self.assertFalse(letter.charge_ids)
        sent = self._tell('2024-07-09')
        self.assertEqual(sent.line_ids.filtered('included').interest, 400)
        interest, fee = (
            sent.charge_ids.filtered(lambda charge, kind=kind: charge.kind == kind)
            for kind in ('interest', 'fee')
        )
        self.assertEqual(
            (interest.amount, interest.date_until, fee.amount), (400, Date.to_date('2024-07-09'), 5)
        )
        self.assertEqual(set(sent.charge_ids.mapped('state')), {'memo'})
        self.assertEqual(set(sent.charge_ids.credit_account_id), {self.account})
        self.assertEqual(self.account.charge_count, 2)

    def test_the_next_letter_claims_the_rest_and_what_was_claimed(self):
        self._second()
        self._tell('2024-07-09')
        third = self._run('2024-07-19', self.controller).notice_ids
        self.assertLetter(third, level=3, interest_total=100.0, memo_total=405.0, fee=5.0, amount_due=37010.0)

    def test_a_payment_before_sending_lowers_the_interest(self):
        letter = self._second()
        self._pay(self.invoice, '2024-06-19', 18250)
        letter.action_approve()
        letter._recheck()
        self.assertLetter(letter, total=18250.0, interest_total=300.0)

    def test_taking_an_item_out_takes_its_interest_out(self):
        self._invoice(3650, day='2024-05-30')
        letter = self._second()
        self.assertEqual(letter.interest_total, 440)
        letter.line_ids.filtered(lambda line: line.amount == 3650).action_take_out()
        self.assertEqual((letter.interest_total, sum(letter.line_ids.mapped('interest'))), (400, 400))

    def test_another_stage_another_price(self):
        letter = self._second()
        letter._change_stage(
            self.plan.stage_ids.filtered(lambda stage: stage.level == 1), "Long-standing customer"
        )
        self.assertLetter(letter, interest_total=0.0, fee=0.0)

    def test_what_is_agreed_with_the_customer_comes_first(self):
        self.account.interest_scheme_id = self.env['ar.interest.scheme'].create({'name': "Five", 'rate': 5})
        self.assertEqual(self._second().interest_total, 200)

    def test_charged_meanwhile_is_said_and_the_letter_stays_sent(self):
        letter = self._second()
        letter.action_approve()
        letter._queue()
        line = self._receivable(self.invoice)
        self.env['ar.interest.charge']._charge_items(self.scheme, line, '2024-07-01')
        letter._mark_sent(Date.to_date('2024-07-09'))
        self.assertEqual((letter.state, letter.charge_ids.mapped('kind')), ('sent', ['fee']))
        self.assertIn("charged otherwise", ''.join(letter.message_ids.mapped('body')))

    def test_sent_twice_charges_once(self):
        self._second()
        sent = self._tell('2024-07-09')
        sent._mark_sent(Date.to_date('2024-07-09'))
        self.assertEqual(len(sent.charge_ids), 2)

    def test_booked_by_the_job(self):
        self.scheme.write({'booking': 'invoice', 'auto_post': True})
        self._second()
        sent = self._tell('2024-07-09')
        self.assertEqual(set(sent.charge_ids.mapped('to_book')), {True})
        sent.charge_ids._book_or_note_error()
        self.assertEqual((len(sent.charge_ids.invoice_id), sent.charge_ids.invoice_id.state), (1, 'posted'))
        third = self._run('2024-07-19', self.controller).notice_ids
        self.assertEqual(third.memo_total, 0, "what is booked is an item of its own")

    def test_a_large_proposal_prices_in_few_queries(self):
        def count(customers):
            partners = self.env['res.partner'].create([{'name': "N"} for _number in range(customers)])
            for partner in partners:
                self._invoice(36500, day='2024-05-30', partner_id=partner.id)
            self._tell('2024-06-30')
            run = self._run('2024-07-09', self.controller)
            notices = run.notice_ids.filtered(lambda notice: notice.partner_id in partners)
            self.assertEqual(len(notices), customers)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            notices._price()
            self.env.flush_all()
            notices._record_facts({'state': 'dropped'})
            return self.cr.sql_log_count - before

        count(2)
        self.assertLess(abs(count(2) - count(6)), 8)
