import json
from urllib.parse import quote

from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .common import AgingCommon


@tagged('post_install', '-at_install')
class TestPortal(AgingCommon, HttpCase):
    """A customer sees all of its own open items and no one else's, whatever the browser asks for."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.portal = new_test_user(
            cls.env,
            'portal_li',
            groups='base.group_portal',
            partner_id=cls.contact.id,
            password='portal_li',
            company_id=cls.env.company.id,
            company_ids=[Command.set(cls.env.company.ids)],
            lang='en_US',
        )
        cls.stranger = cls.env['res.partner'].create({'name': "Stranger", 'is_company': True})
        cls.own_account = cls.env['ar.credit.account']._for_partner(cls.customer, cls.env.company)
        cls.other_account = cls.env['ar.credit.account']._for_partner(cls.stranger, cls.env.company)

    def setUp(self):
        super().setUp()
        self.own = self._invoice(100, due='2024-01-20')
        self.other = self._invoice(98765, partner_id=self.stranger.id)
        self.authenticate('portal_li', 'portal_li')

    def _assert_nothing_of_the_other(self, url, **kwargs):
        response = self.url_open(url, **kwargs)
        for secret in (self.other.name, "98,765", "Stranger"):
            self.assertNotIn(secret, response.text, url)
        return response

    def test_own_items_only(self):
        self._invoice(30, partner_id=self.customer.id, currency=self.eur)
        page = self._assert_nothing_of_the_other('/my/receivables')
        self.assertIn(self.own.name, page.text)
        self.assertIn("days overdue", page.text)
        self.assertEqual(page.text.count('ar_balance'), 2)

    def test_another_company_by_number_or_garbage(self):
        for company in (0, self.env.company.id, 'x', "1' OR 1=1"):
            page = self._assert_nothing_of_the_other(
                f'/my/receivables?company={quote(str(company))}&partner={self.stranger.id}'
            )
            self.assertIn(self.own.name, page.text)

    def test_companies_of_the_customer(self):
        other_company = self.setup_other_company()['company']
        self.env['ar.credit.account']._for_partner(self.customer, other_company)
        page = self.url_open(f'/my/receivables?company={other_company.id}').text
        self.assertIn("Nothing is open", page)
        self.assertIn(other_company.name, page)

    def test_statement(self):
        for kind in ('open_items', 'activity', 'nonsense'):
            for options in (
                '',
                '&file_type=xlsx',
                '&as_of=x&date_from=2024-13-77',
                f'&credit_account_id={self.other_account.id}',
            ):
                response = self.url_open(f'/my/receivables/statement?kind={kind}{options}')
                self.assertEqual(response.status_code, 200)
                self.assertIn("Hua", response.headers['Content-Disposition'])

    @mute_logger('odoo.http', 'odoo.addons.web.controllers.report', 'odoo.addons.web.controllers.dataset')
    def test_report_urls(self):
        figures = self.other_account._statement_data()[self.other_account.id]
        forged = quote(json.dumps({'statement': figures, 'statements': [figures]}))
        for account in (self.other_account, self.own_account):
            for kind in ('html', 'pdf'):
                for options in ('', f'?options={forged}', f'?statement={forged}'):
                    url = f'/report/{kind}/ar_base.ar_customer_statement_report/{account.id}{options}'
                    response = self._assert_nothing_of_the_other(url)
                    self.assertNotEqual(response.status_code, 200, url)

    @mute_logger('odoo.http', 'odoo.addons.web.controllers.dataset')
    def test_rpc(self):
        """The models themselves are closed to a customer."""
        for model in ('ar.open.item', 'ar.credit.account', 'ar.statement.print', 'ar.dispute'):
            response = self.make_jsonrpc_request
            with self.assertRaises(Exception, msg=model):
                response(
                    f'/web/dataset/call_kw/{model}/search_read',
                    {'model': model, 'method': 'search_read', 'args': [], 'kwargs': {'fields': ['id']}},
                )

    def test_logged_out(self):
        self.logout()
        for url in ('/my/receivables', '/my/receivables/statement'):
            response = self._assert_nothing_of_the_other(url)
            self.assertIn('/web/login', response.url)

    def test_available_credit_only_where_the_company_shows_it(self):
        self.patch(
            type(self.own_account),
            '_portal_available_credit',
            lambda account: {'limit': 500, 'available': 400},
        )
        self.assertNotIn("Credit still available", self.url_open('/my/receivables').text)
        self.env.company.ar_portal_available_credit = True
        self.assertIn("Credit still available", self.url_open('/my/receivables').text)
