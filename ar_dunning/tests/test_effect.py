from odoo.tests import freeze_time, tagged

from .common import DunningCommon


@tagged('post_install', '-at_install')
class TestEffect(DunningCommon):
    def _effect(self, day='2024-06-01'):
        with freeze_time(day):
            return (
                self.env['ar.dunning.effect']
                .with_user(self.collector)
                .search([('credit_account_id', '=', self.account.id)])
            )

    def test_collected_after_the_letter_by_effective_date(self):
        move, other = self._invoice(1000), self._invoice(500)
        self._pay(move, '2024-01-15', 100)  # on the day of the letter: not because of it
        self._tell('2024-01-15')
        self._pay(move, '2024-01-16', 200)
        self._pay(move, '2024-01-22', 50)  # day 7
        self._pay(other, '2024-01-29', 500)  # day 14
        self._pay(move, '2024-02-15', 30)  # day 31
        self.assertRecordValues(
            self._effect(),
            [
                {
                    'claimed': 1400,
                    'collected_7': 250,
                    'collected_14': 750,
                    'collected_30': 750,
                    'letters': 1,
                    'level': 1,
                    'channel': 'email',
                    'stage_id': self.plan.stage_ids[0].id,
                    'days_to_pay': 0,
                }
            ],
        )

    def test_credit_notes_and_write_offs_are_not_collected(self):
        move = self._invoice(1000)
        self._tell('2024-01-15')
        credit = self._invoice(300, day='2024-01-18', move_type='out_refund')
        (self._receivable(move) + self._receivable(credit)).reconcile()
        self.assertEqual(self._effect().collected_30, 0)

    def test_rates_are_of_letters_whose_window_has_passed(self):
        first, second = self._invoice(1000), self._invoice(3000, partner_id=self._other().id)
        self._tell('2024-01-15')
        self._pay(first, '2024-01-20', 1000)
        self._pay(second, '2024-02-09', 300)
        self.env.flush_all()
        Effect = self.env['ar.dunning.effect']
        for day, week, month in (
            ('2024-01-20', False, False),
            ('2024-01-22', 25.0, False),
            ('2024-02-14', 25.0, 32.5),
        ):
            with freeze_time(day):
                [[rate_7, rate_30]] = Effect._read_group(
                    [('dunning_plan_id', '=', self.plan.id)], [], ['rate_7:avg', 'rate_30:avg']
                )
            self.assertEqual((rate_7 and round(rate_7, 1), rate_30 and round(rate_30, 1)), (week, month), day)

    def _other(self):
        return self.env['res.partner'].create({'name': "Other", 'is_company': True})

    def test_days_to_pay_are_a_median(self):
        for amount, day in ((100, '2024-01-18'), (200, '2024-01-20'), (300, '2024-03-15')):
            self._pay(self._dunned_invoice(amount), day)
        [[days]] = self.env['ar.dunning.effect']._read_group(
            [('dunning_plan_id', '=', self.plan.id)], [], ['days_to_pay:avg']
        )
        self.assertEqual(days, 5)

    def _dunned_invoice(self, amount):
        move = self._invoice(amount, partner_id=self._other().id)
        self._tell('2024-01-15')
        return move

    def test_foreign_currency_is_shown_in_company_currency(self):
        move = self._invoice(100, currency=self.eur)
        self._tell('2024-01-15')
        self._pay(move, '2024-01-18', 50)
        self.assertRecordValues(self._effect(), [{'claimed': 200, 'collected_7': 100}])

    def test_the_plan_shows_what_its_stages_add(self):
        self.env.company.ar_effect_sample = 1
        stages = self.plan.stage_ids.sorted('level')
        stages.channel_ids.cost = 2
        move, late = self._invoice(1000), self._invoice(1000, partner_id=self._other().id)
        self._tell('2024-01-15')
        self._pay(move, '2024-01-16', 1000)
        self._tell('2024-01-26')
        self._pay(late, '2024-02-09', 100)
        with freeze_time('2024-06-01'):
            self.env.invalidate_all()
            first, second, third = (stage.with_user(self.collector) for stage in stages)
            self.assertEqual((first.effect_letters, first.effect_rate_7, first.effect_lift), (2, 50, 50))
            self.assertEqual((second.effect_letters, second.effect_rate_7, second.effect_lift), (1, 0, 0))
            self.assertIn("dropped", second.effect_advice)
            self.assertIn("Keep", first.effect_advice)
            self.assertEqual(first.effect_cost, 0.4)
            self.assertIn("Too few letters here or in the stage before: 0, needed 1", third.effect_advice)
