from datetime import date

from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from odoo.addons.ar_dunning.tests.common import DunningCommon


@tagged('post_install', '-at_install')
class TestPromiseRun(DunningCommon):
    """A promise excludes what it covers until its date; once broken, the item goes one level up, once."""

    def setUp(self):
        super().setUp()
        self.move, self.other = self._invoice(100, due='2024-01-31'), self._invoice(50, due='2024-01-31')
        self.item = self._receivable(self.move)
        self._tell('2024-02-05')

    def _promise(self, day, until, amount=100):
        with freeze_time(day):
            return (
                self.env['ar.promise']
                .with_user(self.collector)
                ._note(self.account, self.item, [(date.fromisoformat(until), amount)])
            )

    def _judged(self, day):
        run = self._run(day)
        return run.notice_ids.line_ids.filtered(lambda line: line.move_line_id == self.item)

    def test_withheld_until_the_date(self):
        self._promise('2024-02-06', '2024-02-20')
        line = self._judged('2024-02-20')
        self.assertRecordValues(line, [{'included': False, 'why': 'promise', 'why_until': date(2024, 2, 20)}])
        rest = line.notice_id.line_ids - line
        self.assertEqual(rest.mapped('included'), [True], "only what is promised is withheld")

    def test_broken_is_raised_at_once_and_once(self):
        self._promise('2024-02-06', '2024-02-08')
        line = self._judged('2024-02-13')
        self.assertRecordValues(line, [{'included': True, 'level': 2, 'old_level': 1, 'escalated': True}])
        self.assertEqual(self.account.promises_broken, 0, "found from the date, before any job looked")
        self.assertFalse((line.notice_id.line_ids - line).escalated)
        self._tell('2024-02-13')
        self.assertFalse(
            self.env['ar.dunning.run']._escalated_items(self.item.ids, date(2024, 2, 14)), "dunned since"
        )

    def test_broken_is_found_by_the_job_too(self):
        self._promise('2024-02-06', '2024-02-08')
        self.account._follow_commitments(date(2024, 2, 9))
        self.assertEqual(self.account.promises_broken, 1)
        self.assertEqual(
            self.env['ar.dunning.run']._escalated_items(self.item.ids, date(2024, 2, 9)), {self.item.id}
        )
        self.assertFalse(self.env['ar.dunning.run']._escalated_items(self.item.ids, date(2024, 2, 8)))

    def test_partly_kept_goes_on_as_before(self):
        self._promise('2024-02-06', '2024-02-08')
        with freeze_time('2024-02-07'):
            self._pay(self.move, '2024-02-07', 60)
        line = self._judged('2024-02-13')
        self.assertRecordValues(line, [{'included': False, 'why': 'no_change', 'amount': 40}])

    def test_payment_plan(self):
        with freeze_time('2024-02-06'):
            plan = (
                self.env['ar.payment.plan']
                .with_user(self.collector)
                .create(
                    {
                        'credit_account_id': self.account.id,
                        'item_ids': [Command.create({'move_line_id': self.item.id})],
                        'line_ids': [
                            Command.create({'date': day, 'amount': 50})
                            for day in ('2024-02-10', '2024-03-10')
                        ],
                    }
                )
            )
            plan.action_offer()
            plan.sudo()._accept("Li")
        self.assertRecordValues(self._judged('2024-02-13'), [{'included': False, 'why': 'payment_plan'}])
        self.assertRecordValues(
            self._judged('2024-02-14'), [{'included': True, 'level': 2, 'escalated': True}]
        )

    def test_from_a_letter(self):
        notice = self._run('2024-02-20').notice_ids
        action = notice.action_promise()
        self.assertEqual(
            set(action['context']['promise_line_ids']), set(self._receivable(self.move | self.other).ids)
        )
        self.assertEqual(notice.line_ids[0].action_open_dispute()['res_model'], 'ar.dispute')
