import math
from urllib.parse import urlencode

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from .portal_statement import ReceivablesStatements
from odoo.addons.ar_base.controllers.dispute import LARGEST, LONGEST, MAX_FILE

MAX_MISSING = 50
MAX_EVIDENCE = 20  # files of one confirmation


class ReceivablesConfirmations(ReceivablesStatements):
    """A customer confirms a balance, or objects line by line, and signs.

    Who may do so is decided by the link or by the commercial entity of the login; the answer is then written
    by superuser.
    """

    def _own_confirmation(self, confirmation_id, access_token):
        """Return (confirmation, link); both are empty for a draft, a cancelled one, or another customer's."""
        record, link = self._receivables_document(
            'ar.balance.confirmation', confirmation_id, 'answer', access_token
        )
        if record.state not in ('sent', 'confirmed', 'objected'):
            return record.browse(), link
        record._drop_marks()
        return record, link

    @http.route(
        ['/my/confirmations/<int:confirmation_id>'],
        type='http',
        auth='public',
        website=True,
        sitemap=False,
        methods=['GET'],
    )
    def portal_confirmation(self, confirmation_id, access_token=None, error=None, **kwargs):
        """Show the letter and, while it waits, the ways to answer."""
        confirmation, _link = self._own_confirmation(confirmation_id, access_token)
        if not confirmation:
            return request.not_found()
        query = self._confirmation_query(access_token)
        response = request.render(
            'ar_statement.portal_confirmation',
            {
                'confirmation': confirmation,
                'access_token': access_token or '',
                'error': error,
                'page_name': 'receivables_confirmation',
                'title': confirmation.name,
                'sections': self._confirmation_sections(confirmation),
                'objections': confirmation._objections(),
                'reasons': request.env['ar.dispute']
                .sudo()
                ._fields['reason']
                ._description_selection(request.env),
                'url': lambda action: f'/my/confirmations/{confirmation.id}/{action}{query}',
                'sales_user': request.env['res.users'],
            },
        )
        response.headers['Referrer-Policy'] = 'no-referrer'
        response.headers['Cache-Control'] = 'no-store'
        return response

    def _confirmation_sections(self, confirmation):
        lines = confirmation.line_ids
        return [
            {'currency': currency, 'lines': own, 'closing': currency.round(sum(own.mapped('amount')))}
            for currency, own in lines.grouped('currency_id').items()
        ]

    @http.route(
        ['/my/confirmations/<int:confirmation_id>/pdf'],
        type='http',
        auth='public',
        website=True,
        sitemap=False,
        methods=['GET'],
    )
    def portal_confirmation_pdf(self, confirmation_id, access_token=None, **kwargs):
        confirmation, _link = self._own_confirmation(confirmation_id, access_token)
        if not confirmation:
            return request.not_found()
        return self._statement_send_pdf(f"{confirmation.name.replace('/', '-')}.pdf", confirmation._letter())

    @http.route(
        ['/my/confirmations/<int:confirmation_id>/object'],
        type='http',
        auth='public',
        website=True,
        sitemap=False,
        methods=['POST'],
    )
    def portal_confirmation_object(
        self, confirmation_id, access_token=None, line_id=None, reason=None, amount=None, comment='', **kwargs
    ):
        """Note an objection to a line; it counts when the answer is signed."""
        confirmation, _link = self._own_confirmation(confirmation_id, access_token)
        line = confirmation.line_ids.filtered(lambda one: str(one.id) == str(line_id))
        if not line:
            return request.not_found()
        return self._confirmation_noted(
            confirmation,
            access_token,
            lambda: line._object(
                reason,
                self._confirmation_amount(amount),
                self._confirmation_comment(comment),
                self._confirmation_files(confirmation),
            ),
        )

    @http.route(
        ['/my/confirmations/<int:confirmation_id>/missing'],
        type='http',
        auth='public',
        website=True,
        sitemap=False,
        methods=['POST'],
    )
    def portal_confirmation_missing(
        self,
        confirmation_id,
        access_token=None,
        document='',
        amount=None,
        currency=None,
        comment='',
        **kwargs,
    ):
        """Note a document that the customer's books have and the letter has not."""
        confirmation, _link = self._own_confirmation(confirmation_id, access_token)
        if not confirmation:
            return request.not_found()
        return self._confirmation_noted(
            confirmation,
            access_token,
            lambda: self._confirmation_add_missing(confirmation, document, amount, currency, comment),
        )

    def _confirmation_add_missing(self, confirmation, document, amount, currency, comment):
        amount = self._confirmation_amount(amount)
        if not (document or '').strip() or not amount:
            raise UserError(request.env._("Name the document and its amount."))
        if len(confirmation.line_ids.filtered('is_missing')) >= MAX_MISSING:
            raise UserError(
                request.env._("Please send us a list instead: %s documents have been named.", MAX_MISSING)
            )
        currencies = confirmation.line_ids.currency_id | confirmation.currency_id
        line = (
            request.env['ar.balance.confirmation.line']
            .sudo()
            ._create_with_facts(
                [
                    {
                        'confirmation_id': confirmation.id,
                        'is_missing': True,
                        'document': document.strip()[:100],
                        'currency_id': (
                            currencies.filtered(lambda c: c.name == currency) or confirmation.currency_id
                        )[:1].id,
                    }
                ]
            )
        )
        files = self._confirmation_files(confirmation)
        line._object('other', amount, self._confirmation_comment(comment), files)

    @http.route(
        ['/my/confirmations/<int:confirmation_id>/withdraw'],
        type='http',
        auth='public',
        website=True,
        sitemap=False,
        methods=['POST'],
    )
    def portal_confirmation_withdraw(self, confirmation_id, access_token=None, line_id=None, **kwargs):
        """Take an objection back before signing."""
        confirmation, _link = self._own_confirmation(confirmation_id, access_token)
        line = confirmation.line_ids.filtered(lambda one: str(one.id) == str(line_id))
        if not line:
            return request.not_found()
        return self._confirmation_noted(confirmation, access_token, line._withdraw)

    @http.route(['/my/confirmations/<int:confirmation_id>/sign'], type='jsonrpc', auth='public', website=True)
    def portal_confirmation_sign(self, confirmation_id, access_token=None, name=None, signature=None):
        """Sign the answer: it confirms, or objects where a line is objected to."""
        access_token = access_token or request.httprequest.args.get('access_token')
        confirmation, link = self._own_confirmation(confirmation_id, access_token)
        if not confirmation:
            return {'error': request.env._("This link is no longer valid. Please ask us for a new one.")}
        if not signature:
            return {'error': request.env._("The signature is missing.")}
        try:
            with request.env.cr.savepoint():
                confirmation._answer(
                    name,
                    signature,
                    reply_channel='portal',
                    **confirmation._reply_facts(link),
                )
        except UserError as error:
            return {'error': str(error)}
        return {'force_refresh': True, 'redirect_url': self._confirmation_page(confirmation, access_token)}

    # === Helpers ===

    def _confirmation_page(self, confirmation, access_token, error=None):
        return f'/my/confirmations/{confirmation.id}{self._confirmation_query(access_token, error)}'

    def _confirmation_query(self, access_token, error=None):
        values = {key: value for key, value in (('access_token', access_token), ('error', error)) if value}
        return f'?{urlencode(values)}' if values else ''

    def _confirmation_noted(self, confirmation, access_token, note):
        """Run ``note`` and show the page again, with the reason where it was refused."""
        error = None
        try:
            with request.env.cr.savepoint():
                confirmation._reply_facts()  # refuses colleagues
                note()
        except UserError:
            error = 'refused'
        return request.redirect(self._confirmation_page(confirmation, access_token, error))

    def _confirmation_amount(self, text):
        """Return the amount that was typed in the visitor's language; None where none was."""
        text = ''.join((text or '').split())
        if not text:
            return None
        lang = request.env['res.lang']._get_data(code=request.env.lang or 'en_US')
        try:
            amount = float(text.replace(lang.thousands_sep or ' ', '').replace(lang.decimal_point, '.'))
        except ValueError:
            amount = None
        if amount is None or not math.isfinite(amount) or abs(amount) > LARGEST:
            raise UserError(request.env._("%s is not an amount.", text[:20]))
        return amount

    def _confirmation_comment(self, text):
        text = (text or '').strip()
        if len(text) > LONGEST:
            raise UserError(request.env._("Write at most %s characters.", LONGEST))
        return text

    def _confirmation_files(self, confirmation):
        """Return (name, bytes) of the uploaded files."""
        uploaded = [file for file in request.httprequest.files.getlist('evidence') if file.filename]
        if len(confirmation.line_ids.attachment_ids) + len(uploaded) > MAX_EVIDENCE:
            raise UserError(request.env._("Attach at most %s files.", MAX_EVIDENCE))
        for file in uploaded:  # a replayed request rewinds the first file of a name only
            file.seek(0)
        files = [(file.filename, file.read(MAX_FILE + 1)) for file in uploaded]
        if any(len(content) > MAX_FILE for _name, content in files):
            raise UserError(request.env._("Each file may be at most 10 MB."))
        return files
