from freezegun import freeze_time

from odoo.exceptions import AccessError

from odoo.addons.ar_base.tests.common import ReceivablesCommon


@freeze_time('2024-03-20')
class TestBrief(ReceivablesCommon):
    """The customer in one page: sentences that tie to the records they open, for who may read them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.collector, cls.viewer = cls._user('collector'), cls._user('viewer')
        cls.late = cls._invoice(1000, '2024-01-10', '2024-02-09', invoice_user_id=cls.viewer.id)
        cls._invoice(500, '2024-03-10', '2024-04-30', invoice_user_id=cls.viewer.id)
        for day in ('2023-10-01', '2023-11-01', '2023-12-01'):
            invoice = cls._invoice(300, day, day)
            cls._pay(invoice, f'{day[:8]}13')

    def _brief(self, user, partner=None):
        action = self._account(partner).with_user(user).action_brief()
        return self.env[action['res_model']].with_user(user).browse(action['res_id'])

    def _texts(self, page, section):
        return page.line_ids.filtered(lambda line: line.section == section).mapped('text')

    def test_sentences(self):
        page = self._brief(self.collector)
        self.assertIn("Usually pays 12 days late.", self._texts(page, 'pays'))
        self.assertIn("Of 3 items paid in the last twelve months, 3 were late.", self._texts(page, 'pays'))
        owes, overdue = self._texts(page, 'open')
        self.assertIn("1,500.00", owes)
        self.assertIn("500.00 more than at the end of last month", owes)
        self.assertIn("the oldest for 40 days", overdue)
        [step] = self._texts(page, 'next')
        self.assertIn("Ask when", step)
        self.assertIn("1,000.00", step)

    def test_a_sentence_opens_what_it_counts(self):
        page = self._brief(self.collector)
        sums = []
        for line in page.line_ids.filtered('opens'):
            action = line.action_open()
            if action['res_model'] == 'ar.open.item':
                Model = self.env['ar.open.item'].with_user(self.collector).with_context(**action['context'])
                sums.append(sum(Model.search(action['domain']).mapped('residual')))
        self.assertEqual(sums, [1500, 1000])

    def test_a_customer_who_owes_nothing(self):
        page = self._brief(self.collector, self._customer("New"))
        self.assertEqual(self._texts(page, 'open'), ["Owes nothing."])
        self.assertEqual(self._texts(page, 'next'), ["Nothing to do."])

    def test_a_salesperson_sees_own_customers_only(self):
        with self.assertRaises(AccessError):
            self._brief(self.viewer)
        self.customer.user_id = self.viewer
        self.assertTrue(self._brief(self.viewer).line_ids)
        other = self._user('other', groups='ar_base.group_viewer')
        with self.assertRaises(AccessError):
            self._brief(other)
        page = self._brief(self.collector)
        page.env.invalidate_all()
        for records in (page, page.line_ids):  # a page that somebody else opened
            with self.assertRaises(AccessError):
                records.with_user(other).read(['display_name'])

    def test_it_prints(self):
        page = self._brief(self.collector)
        Report = self.env['ir.actions.report'].with_user(self.collector)
        html, _kind = Report._render_qweb_html('ar_cockpit.ar_customer_brief_report', page.ids)
        self.assertIn("Usually pays 12 days late.", html.decode())
