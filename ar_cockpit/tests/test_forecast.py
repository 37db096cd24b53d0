from datetime import date, timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError

from odoo.addons.ar_base.tests.common import ReceivablesCommon


@freeze_time('2024-06-03')
class TestForecast(ReceivablesCommon):
    """Expected cash: from what was known, frozen, and compared with what came."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.viewer = cls._user('viewer')
        for month in (1, 2, 3, 4):  # paid ten days late, as a rule
            invoice = cls._invoice(1000, f'2024-0{month}-01', f'2024-0{month}-28')
            cls._pay(invoice, date(2024, month, 28) + timedelta(days=10))
        cls.open = cls._invoice(600, '2024-05-10', '2024-06-05', invoice_user_id=cls.viewer.id)
        cls.other = cls._invoice(300, '2024-05-20', '2024-06-30')

    def _freeze(self, day='2024-06-03'):
        return self.env['ar.forecast']._freeze(self.company, date.fromisoformat(day))

    def _figures(self, forecast):
        weeks = [(week.number, week.expected, week.low, week.high) for week in forecast.week_ids]
        items = [(i.move_line_id.id, i.expected_on, i.late, i.within) for i in forecast.item_ids]
        return forecast.open_amount, sorted(weeks), sorted(items)

    def test_expected_by_week_and_item(self):
        forecast = self._freeze()
        self.assertEqual(forecast.open_amount, 900)
        self.assertEqual(forecast.week_ids.mapped('number'), list(range(1, 14)))
        self.assertEqual(str(forecast.week_ids[0].date_from), '2024-06-04')
        self.assertTrue(0 < forecast.expected <= 900)
        item = forecast.item_ids.filtered(lambda item: item.move_id == self.open)
        self.assertEqual(str(item.expected_on), '2024-06-15')
        self.assertEqual((item.paid_before, item.late_before, item.usual_days), (4, 4, 10))
        self.assertGreater(item.late, 50)
        self.assertEqual(item.facts, "4 of 4 items were paid late. Usually 10 days late. Due in 2 days.")

    def test_nothing_later_is_read(self):
        day = date(2024, 4, 30)
        before = self._figures(self._freeze(str(day)))
        domain = [('date', '>', day), ('company_id', '=', self.company.id)]
        later = self.env['account.move'].search(domain)
        later.line_ids.remove_move_reconcile()
        payments = self.env['account.payment'].search(domain)
        payments.action_draft()
        payments.unlink()
        later = later.exists()
        later.button_draft()
        later.with_context(force_delete=True).unlink()
        self.env['ar.forecast'].sudo().search([])._delete_recorded()
        self.assertEqual(self._figures(self._freeze(str(day))), before)

    def test_what_is_disputed_is_left_out(self):
        self.env['ar.dispute'].create({'move_id': self.open.id, 'amount': 600})
        forecast = self._freeze()
        self.assertEqual(forecast.disputed, 600)
        self.assertLessEqual(forecast.expected, 300)

    def test_compared_when_weeks_have_passed(self):
        forecast = self._freeze()
        with freeze_time('2024-06-20'):
            self._pay(self.open, '2024-06-15')
            self._pay(self._invoice(50, '2024-06-10'), '2024-06-16')  # was not open then
            self._run_job('ar_cockpit.ir_cron_forecast')
        received = {week.number: week.received for week in forecast.week_ids if week.passed}
        self.assertEqual(received, {1: 0, 2: 600})
        self.assertEqual(forecast.weeks_passed, 2)
        missed = sum(abs(week.expected - week.received) for week in forecast.week_ids if week.passed)
        self.assertAlmostEqual(forecast.error, missed / 6, places=1)

    def test_frozen_once_a_week(self):
        for day in ('2024-06-03', '2024-06-05', '2024-06-09', '2024-06-10'):
            with freeze_time(day):
                self._run_job('ar_cockpit.ir_cron_forecast')
        forecasts = self.env['ar.forecast'].search([('company_id', '=', self.company.id)])
        self.assertEqual([str(found.as_of) for found in forecasts], ['2024-06-10', '2024-06-03'])
        self.assertFalse(forecasts[1].item_ids, "items are of the latest only")
        self.assertTrue(forecasts[1].week_ids)

    def test_on_the_first_page(self):
        manager = self._user('manager')
        self.assertIsNone(self.env['ar.overview'].with_user(manager).ar_page()['forecast'])
        forecast = self._freeze()
        found = self.env['ar.overview'].with_user(manager).ar_page()['forecast']
        self.assertEqual((found['total'], len(found['weeks'])), (forecast.expected, 13))
        self.assertIsNone(self.env['ar.overview'].with_user(self.viewer).ar_page()['forecast'])

    def test_nobody_writes_a_forecast_and_a_salesperson_reads_own_items(self):
        forecast = self._freeze()
        manager = self._user('manager')
        for record in (forecast, forecast.week_ids[0], forecast.item_ids[0]):
            with self.assertRaises(AccessError):
                record.with_user(manager).write({'company_id': self.company.id})
            with self.assertRaises(AccessError):
                record.with_user(manager).unlink()
        with self.assertRaises(AccessError):
            forecast.with_user(self.viewer).read(['expected'])
        items = self.env['ar.forecast.item'].with_user(self.viewer).search([])
        self.assertEqual(items.move_id, self.open)
