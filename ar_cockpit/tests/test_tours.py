from odoo.tests import HttpCase, tagged

from odoo.addons.ar_base.tests.common import ReceivablesCommon


@tagged('post_install', '-at_install')
class TestOverviewTour(ReceivablesCommon, HttpCase):
    browser_size = '1280x800'

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls._user('manager')
        cls._user('viewer')

    def test_from_the_page_to_the_document_and_back(self):
        self._invoice(1000, '2024-01-10', '2024-01-31')
        self.env['ar.kpi']._refresh(self.company, self.env['ar.overview']._today())
        self.start_tour('/odoo/ar-overview', 'ar_overview', login='aging_manager')

    def test_a_salesperson_with_nothing_open(self):
        self.start_tour('/odoo/ar-overview', 'ar_overview_empty', login='aging_viewer')
