from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common import AgingCommon


@tagged('post_install', '-at_install')
class TestAgingChange(AgingCommon):
    """Two dates side by side; every row opens the items that it sums."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.collector = cls._user('collector')

    def _change(self, then, now, user=None, **context):
        return (
            self.env['ar.aging.change']
            .with_user(user or self.collector)
            .with_context(aging_then=then, as_of=now, aging_scheme_id=self.days.id, **context)
        )

    def test_then_now_and_change_by_bucket(self):
        old = self._invoice(100, day='2024-01-10')
        self._pay(old, '2024-02-20', 30)
        self._invoice(50, day='2024-02-25')
        rows = self._change('2024-01-31', '2024-02-29').search(
            [('commercial_partner_id', '=', self.customer.id)]
        )
        self.assertEqual(
            {row.bucket_id.name: (row.residual_then, row.residual_now, row.change) for row in rows},
            {"1-30 days": (100, 50, -50), "31-60 days": (0, 70, 70)},
        )

    def test_each_column_is_the_aging_of_its_date_and_opens_it(self):
        self._pay(self._invoice(100, day='2024-01-10'), '2024-02-20', 30)
        self._invoice(40, day='2024-01-20', move_type='out_refund')
        self._invoice(10, day='2024-02-25', currency=self.eur)
        for context in (
            {},
            {'aging_credits': 'separate'},
            {'aging_credits': 'fifo_oldest'},
            {'aging_currency_id': self.eur.id},
        ):
            rows = self._change('2024-01-31', '2024-02-29', **context).search([])
            for name, day, opener in (
                ('residual_then', '2024-01-31', 'action_open_then'),
                ('residual_now', '2024-02-29', 'action_open_now'),
            ):
                with self.subTest(context=context, day=day):
                    [[total]] = self._items(day, **context)._read_group([], [], ['residual:sum'])
                    self.assertAlmostEqual(sum(rows.mapped(name)), total, 2)
                    for row in rows:
                        action = getattr(row, opener)()
                        items = (
                            self.env['ar.open.item']
                            .with_context(**action['context'])
                            .search(action['domain'])
                        )
                        self.assertAlmostEqual(sum(items.mapped('residual')), row[name], 2)

    def test_ids_stay_from_one_request_to_the_next(self):
        self._invoice(100, day='2024-01-10')
        self._invoice(50, day='2024-02-25')
        rows = self._change('2024-01-31', '2024-02-29').search([])
        values = [(row.id, row.bucket_id, row.residual_now) for row in rows]
        self.env.invalidate_all()
        again = self._change('2024-01-31', '2024-02-29').browse(rows.ids)
        self.assertEqual([(row.id, row.bucket_id, row.residual_now) for row in again], values)

    def test_wizard_takes_the_options_of_the_page(self):
        page = self._items('2024-02-29', aging_credits='separate', aging_valuation='closing').with_user(
            self.collector
        )
        context = page.ar_compare()['context']
        with Form(self.env['ar.aging.compare'].with_user(self.collector).with_context(**context)) as form:
            self.assertEqual((str(form.date_then), str(form.date_now)), ('2024-01-31', '2024-02-29'))
            self.assertEqual((form.aging_scheme_id, form.basis, form.credits), (self.days, 'due', 'separate'))
            form.date_then = '2023-12-31'
        action = form.record.action_compare()
        self.assertEqual(
            action['context'],
            {
                'as_of': '2024-02-29',
                'aging_then': '2023-12-31',
                'aging_scheme_id': self.days.id,
                'aging_basis': 'due',
                'aging_credits': 'separate',
                'aging_valuation': 'closing',
                'search_default_trade': 1,
            },
        )
        form.record.date_then = '2024-02-29'
        with self.assertRaisesRegex(UserError, "choose an earlier first date"):
            form.record.action_compare()

    def test_viewer_compares_own_customers(self):
        viewer = self._user('viewer')
        self._invoice(10, invoice_user_id=viewer.id)
        self._invoice(20)
        rows = self._change('2024-01-01', '2024-01-31', viewer).search(
            [('commercial_partner_id', '=', self.customer.id)]
        )
        self.assertEqual(sum(rows.mapped('residual_now')), 10)
