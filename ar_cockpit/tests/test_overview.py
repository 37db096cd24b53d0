from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import new_test_user

from .common import OverviewCommon
from odoo.addons.ar_base.tests.common import ReceivablesCommon


@freeze_time('2024-03-20')
class TestOverview(OverviewCommon, ReceivablesCommon):
    """The first page says what is open, and opens what it says."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls._user('manager')
        cls.viewer = cls._user('viewer')
        cls.other = cls._customer("Wang", country_id=cls.env.ref('base.cn').id)
        cls.late = cls._invoice(1000, '2024-01-10', '2024-01-31', invoice_user_id=cls.viewer.id)
        cls.current = cls._invoice(500, '2024-03-10', '2024-04-30', partner=cls.other)
        cls._receipt(200, '2024-03-12')

    def test_what_is_open(self):
        tiles = self._tiles(self.manager)
        self.assertEqual(tiles['open']['value'], 1300)
        self.assertEqual(tiles['overdue']['value'], 1000)
        self.assertEqual(tiles['overdue_share']['value'], 76.9)
        self.assertEqual(tiles['concentration']['value'], 100.0)
        self.assertEqual([line['value'] for line in tiles['open']['lines']], [2, 3])
        # (800² + 500²) / 1,300²
        self.assertEqual([line['value'] for line in tiles['concentration']['lines']], [61.5, 5266])

    def test_every_figure_opens_what_it_counts(self):
        page, tiles = self._page(self.manager), self._tiles(self.manager)
        self.assertCounts(self.manager, tiles)
        for code in ('open', 'overdue'):
            items = self._opened(self.manager, tiles[code]['action'])
            self.assertEqual(sum(items.mapped('residual')), tiles[code]['value'])
        for row in page['aging']:
            items = self._opened(self.manager, row['action'])
            self.assertEqual(sum(items.mapped('residual')), row['amount'], row['name'])
        self.assertEqual(sum(row['amount'] for row in page['aging']), 1300)
        for row in page['largest']:
            items = self._opened(self.manager, row['action'])
            self.assertEqual(sum(items.mapped('residual')), row['open'], row['name'])

    def test_change_since_last_month_is_the_same_kept_and_read(self):
        read = self._tiles(self.manager)
        self.assertEqual((read['open']['change'], read['overdue']['change']), (300, 0))
        self._run_job('ar_cockpit.ir_cron_kpi')
        kept = self._tiles(self.manager)
        for code in ('open', 'overdue', 'overdue_share'):
            self.assertEqual(kept[code]['change'], read[code]['change'], code)

    def test_trend_and_key_figures_are_kept_by_month(self):
        self.assertFalse(self._page(self.manager)['trend']['months'])
        self._run_job('ar_cockpit.ir_cron_kpi')
        page = self._page(self.manager)
        self.assertEqual(page['trend']['months'], ['2024-01', '2024-02', '2024-03'])
        self.assertEqual(page['trend']['overdue'], [0, 1000, 1000])
        figures = {figure['code']: figure for figure in page['key_figures']}
        self.assertEqual(figures['overdue_ratio']['value'], 76.9)
        self.assertTrue(all(figure['definition'] for figure in figures.values()))
        self.assertFalse(self._page(self.manager, country_id=self.other.country_id.id)['trend']['months'])

    def test_days_late_of_what_was_paid(self):
        self._pay(self.late, '2024-03-01', 600)
        self._pay(self.current, '2024-03-15', 200)
        self._run_job('ar_cockpit.ir_cron_kpi')
        march = self.env['ar.kpi'].search([('company_id', '=', self.company.id)], limit=1)
        # 600 x 30 days late and 200 x 46 days early
        self.assertEqual(march.days_late, 11.0)

    def test_a_salesperson_sees_own_customers_only(self):
        tiles, page = self._tiles(self.viewer), self._page(self.viewer)
        self.assertEqual((tiles['open']['value'], tiles['overdue']['value']), (1000, 1000))
        self.assertEqual(page['trend']['months'], [])
        self.assertEqual([row['name'] for row in page['largest']], ["Hua"])
        self.assertEqual(self._tiles(self.viewer, salesperson_id=self.env.uid)['open']['value'], 0)

    def test_filters(self):
        tiles = self._tiles(self.manager, country_id=self.other.country_id.id)
        self.assertEqual(tiles['open']['value'], 500)
        self.assertEqual(self._tiles(self.manager, salesperson_id=self.viewer.id)['open']['value'], 1000)
        page = self._page(self.manager)
        self.assertIn(self.other.country_id.id, dict(page['choices']['country_id']))
        self.assertIsNone(self._page(self.manager, country_id=self.other.country_id.id)['choices'])
        self.assertEqual(self._tiles(self.manager, grade_id="x")['open']['value'], 1300)

    def test_each_role_has_its_own_part_first(self):
        first = {
            role: self._page(self._user(role))['sections'][0]['code']
            for role in ('collector', 'controller', 'accountant')
        }
        self.assertEqual(first, {'collector': 'collection', 'controller': 'orders', 'accountant': 'books'})

    def test_nobody_without_a_role_reads_the_page(self):
        stranger = new_test_user(self.env, 'stranger', groups='base.group_user')
        for call in ('ar_page', 'ar_page_tiles'):
            with self.assertRaises(AccessError):
                getattr(self.env['ar.overview'].with_user(stranger), call)()

    def test_a_company_with_nothing_open(self):
        self.late.button_draft()
        self.current.button_draft()
        self.env['account.payment'].search([('partner_id', '=', self.customer.id)]).action_draft()
        page, tiles = self._page(self.manager), self._tiles(self.manager)
        self.assertEqual((tiles['open']['value'], tiles['overdue_share']['value']), (0, None))
        self.assertEqual((page['aging'], page['largest']), ([], []))

    def test_queries_do_not_grow_with_customers(self):
        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self._page(self.manager)
            return self.cr.sql_log_count - before

        count()
        few = count()
        for number in range(5):
            self._invoice(100, '2024-02-10', partner=self._customer(f"Customer {number}"))
        count()  # what the process keeps may have been dropped by what was just written
        self.assertLessEqual(count(), few)
        self.assertLessEqual(few, 25)
