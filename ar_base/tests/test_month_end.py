from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import AgingCommon


@tagged('post_install', '-at_install')
class TestMonthEnd(AgingCommon):
    """The page says how far the month is, from the documents themselves."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountant = cls._user('accountant')
        cls.company.ar_aging_scheme_id = cls.days

    def _page(self, user=None, day='2024-01-31'):
        return self.env['ar.month.end'].with_user(user or self.accountant).create({'date': day})

    def _steps(self, page):
        return {step.code: step for step in page._ordered_steps()}

    def test_snapshot_and_tie_out(self):
        self._invoice(100, day='2024-01-10')
        page = self._page()
        steps = self._steps(page)
        self.assertEqual((steps['snapshot'].state, steps['tie_out'].state), ('todo', 'done'))
        self.assertIn('100.00', steps['tie_out'].text)
        self.assertFalse(page.action_open_figure('snapshot'))
        steps = self._steps(page)
        self.assertEqual(steps['snapshot'].state, 'done')
        snapshot = self.env['ar.aging.snapshot'].search([('as_of', '=', '2024-01-31')])
        self.assertEqual(page.action_open_figure('snapshot')['res_id'], snapshot.id)
        self.assertEqual(page.action_open_figure('tie_out')['context'], {'as_of': '2024-01-31'})
        self.assertIn('data-ar-key="snapshot"', page.steps_html)

    def test_a_snapshot_says_that_the_ledger_moved_and_for_whom(self):
        invoice = self._invoice(100, day='2024-01-10')
        snapshot = self.env['ar.aging.snapshot'].with_user(self.accountant).create({'as_of': '2024-01-31'})
        self.assertFalse(snapshot.moved_since)
        self._invoice(25, day='2024-01-20')
        invoice.button_draft()
        snapshot.invalidate_recordset()
        self.assertRegex(snapshot.moved_since, "was .*100.00 and is .*25.00")
        self.assertEqual(snapshot._changes(), [("Hua", 100, 25)])
        self.assertIn("Hua", snapshot.changes_html)
        self.assertIn("25.00", self._steps(self._page())['snapshot'].text)

    def test_only_what_the_page_offers_is_done(self):
        page = self._page()
        for key in ('unlink', 'nothing', '__class__', ''):
            with self.assertRaisesRegex(UserError, "nothing to do"):
                page.action_open_figure(key)

    def test_roles(self):
        for role in ('viewer', 'collector', 'controller'):
            with self.assertRaises(AccessError):
                self._page(self._user(role))
        other = self.env['res.company'].create({'name': "Other"})
        page = self._page()
        with self.assertRaises(AccessError):
            page.company_id = other
            page.action_open_figure('snapshot')
