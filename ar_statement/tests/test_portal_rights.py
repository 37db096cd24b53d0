import json
from datetime import timedelta
from urllib.parse import quote

from odoo import fields
from odoo.http import Request
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import CustomerCommon

PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
SECRETS = ("98,765", "Stranger", "98765")


@tagged('post_install', '-at_install')
class TestPortalRights(CustomerCommon, HttpCase):
    """A customer reaches no other customer's figures: by id, token, guessed number, export or report URL."""

    def setUp(self):
        super().setUp()
        self.own_invoice = self._invoice(100, due='2024-01-20')
        self.other_invoice = self._invoice(98765, partner_id=self.stranger.id, due='2024-01-20')
        self.own = self._confirmation(as_of='2024-02-29')
        self.other = self._confirmation(partner=self.stranger, as_of='2024-02-29')
        self.other_token = self._token(self.other)
        run = self.env['ar.statement.run'].with_user(self.accountant).create({'as_of': '2024-02-29'})
        run.action_prepare()
        run.action_send()
        self._run_job('ar_base.ir_cron_deliver')
        self.own_line, self.other_line = (
            run.line_ids.filtered(lambda line, partner=partner: line.partner_id == partner)
            for partner in (self.customer, self.stranger)
        )

    def _closed(self, url, **kwargs):
        response = self.url_open(url, **kwargs)
        self.assertIn(
            response.status_code,
            (303, 400, 403, 404, 405, 500) if not response.history else (200, 403, 404),
            url,
        )
        for secret in (*SECRETS, self.other_invoice.name):
            self.assertNotIn(secret, response.text, url)
        return response

    def _urls(self, confirmation, line, token=''):
        query = f'?access_token={quote(token)}' if token else ''
        return [
            f'/my/confirmations/{confirmation.id}{query}',
            f'/my/confirmations/{confirmation.id}/pdf{query}',
            f'/my/statements/{line.id}{query}',
        ]

    def test_own(self):
        self.authenticate('recon_li', 'recon_li')
        for url in self._urls(self.own, self.own_line):
            self.assertEqual(self.url_open(url).status_code, 200, url)
        page = self.url_open('/my/receivables').text
        self.assertIn(self.own.name, page)
        self.assertNotIn(self.other.name, page)

    @mute_logger('odoo.http')
    def test_by_id_and_guess(self):
        wrong = [
            self._token(self.own),
            self.other_token[:-1],
            'x',
            self.other.name,
            str(self.other.id),
            self.other._links()[:1].sudo().token_hash,
        ]
        for login in ('recon_li', None):
            self.authenticate(login, login)
            for token in ('', *wrong):
                for url in self._urls(self.other, self.other_line, token):
                    self._closed(url)
            for number in (0, 999999999, self.other.id + 1):
                self._closed(f'/my/confirmations/{number}')
            self._closed('/my/confirmations/1%20OR%201=1')

    @mute_logger('odoo.http')
    def test_token_expired_and_revoked(self):
        self.authenticate(None, None)
        token, line_token = self._token(self.own), self._token(self.own_line)
        urls = [
            *self._urls(self.own, self.own_line, token)[:2],
            self._urls(self.own, self.own_line, line_token)[2],
        ]
        for url in urls:
            self.assertEqual(self.url_open(url).status_code, 200, url)
        links = self.env['ar.portal.link'].sudo().search([('res_id', 'in', (self.own.id, self.own_line.id))])
        links._record_facts({'expires_on': fields.Datetime.now() - timedelta(minutes=1)})
        for url in urls:
            self.assertEqual(self._closed(url).status_code, 404)
        links._record_facts({'expires_on': fields.Datetime.now() + timedelta(days=1)})
        links.action_revoke()
        for url in urls:
            self.assertEqual(self._closed(url).status_code, 404)
        result = self._rpc(
            f'/my/confirmations/{self.own.id}/sign?access_token={token}', name="X", signature=PIXEL
        )
        self.assertIn('error', result['result'])
        self.assertEqual(self.own.state, 'sent')

    @mute_logger('odoo.http')
    def test_no_answer_for_another_customer(self):
        line = self.other.line_ids
        for login in ('recon_li', None):
            self.authenticate(login, login)
            for token in ('', self._token(self.own)):
                result = self._rpc(
                    f'/my/confirmations/{self.other.id}/sign',
                    name="Thief",
                    signature=PIXEL,
                    access_token=token,
                )
                self.assertIn('error', result['result'])
                for action in ('object', 'withdraw', 'missing'):
                    self._closed(
                        f'/my/confirmations/{self.other.id}/{action}?access_token={token}',
                        data={'csrf_token': self.csrf(), 'line_id': line.id, 'amount': '1', 'document': 'x'},
                    )
        self.authenticate('recon_li', 'recon_li')
        # a line of another's letter under the address of one's own letter
        self._closed(
            f'/my/confirmations/{self.own.id}/object',
            data={'csrf_token': self.csrf(), 'line_id': line.id, 'amount': '1'},
        )
        self.assertRecordValues(self.other, [{'state': 'sent', 'replied_by': False}])
        self.assertFalse(line.answer or self.other.line_ids - line)

    @mute_logger('odoo.http', 'odoo.addons.web.controllers.report', 'odoo.addons.web.controllers.dataset')
    def test_reports_exports_and_files(self):
        self.authenticate('recon_li', 'recon_li')
        forged = quote(json.dumps({'statement': {**self.other_line.data, 'sections': [], 'closing': 0}}))
        for report, record in (
            ('ar_statement.ar_balance_confirmation_report', self.other),
            ('ar_statement.ar_confirmation_campaign_report', self.other),
            ('ar_base.ar_customer_statement_report', self.other.credit_account_id),
        ):
            for kind in ('html', 'pdf'):
                self._closed(f'/report/{kind}/{report}/{record.id}')
                self._closed(f'/report/{kind}/{report}/{record.id}?options={forged}')
        for attachment in (self.other.letter_id, self.other_line.attachment_id):
            self._closed(f'/web/content/{attachment.id}')
        self._closed(
            '/web/export/xlsx',
            data={
                'csrf_token': self.csrf(),
                'data': json.dumps(
                    {
                        'model': 'ar.balance.confirmation',
                        'fields': [{'name': 'name', 'label': 'n', 'type': 'char'}],
                        'ids': [self.other.id],
                        'domain': [],
                        'import_compat': False,
                        'groupby': [],
                        'context': {},
                    }
                ),
            },
        )
        for model in (
            'ar.balance.confirmation',
            'ar.balance.confirmation.line',
            'ar.statement.line',
            'ar.portal.link',
            'ar.confirmation.campaign',
        ):
            result = self._rpc(
                f'/web/dataset/call_kw/{model}/search_read',
                model=model,
                method='search_read',
                args=[],
                kwargs={},
            )
            self.assertIn('error', result, model)

    @mute_logger('odoo.http', 'odoo.addons.base.models.ir_http')
    def test_items_of_another_customer_are_not_paid_or_seen(self):
        self.authenticate('recon_li', 'recon_li')
        item = self.other_invoice.line_ids.filtered(lambda line: line.display_type == 'payment_term')
        slug = f'{self.env.company.id}-{self.env.company.currency_id.id}-{item.account_id.id}'
        page = self.url_open(f'/my/receivables/pay?company={self.env.company.id}&group={slug}&item={item.id}')
        self.assertIn('message=nothing', page.url)
        self.assertNotIn("98,765", page.text)
        result = self._rpc(
            f'/my/receivables/transaction/{self.env.company.id}/{slug}/{item.id}', amount=98765
        )
        self.assertIn('error', result)

    # === Helpers ===

    def csrf(self):
        return Request.csrf_token(self)

    def _rpc(self, url, **params):
        return self.url_open(
            url,
            data=json.dumps({'jsonrpc': '2.0', 'method': 'call', 'params': params}),
            headers={'Content-Type': 'application/json'},
        ).json()
