import binascii
from datetime import date

from werkzeug.exceptions import NotFound

from odoo import fields, http
from odoo.exceptions import UserError, ValidationError
from odoo.http import request
from odoo.tools import consteq

from odoo.addons.ar_base.controllers.portal import ReceivablesPortal

NOTICE = 'ar_portal_notice'
MAX_FILE = 10 * 1024 * 1024
ATTACHMENTS = 5
SHOWN_DAYS = 90  # how long the customer sees what was decided


class DunningPortal(ReceivablesPortal):
    """A customer promises, disputes, and accepts payment plans.

    Everything is done by superuser on what was found with the commercial entity of the logged-in user in the domain. An id of
    somebody else is answered as one that does not exist. A payment plan also opens by the secret of its link.

    Odoo makes one class of every addon's extension of the page: helpers have names that no other addon uses.
    """

    def _prepare_receivables_values(self, company, partner):
        values = super()._prepare_receivables_values(company, partner)
        env, today = partner.env, values['today']
        lines = values['items'].move_line_id
        mine = [('partner_id', '=', partner.id), ('company_id', '=', company.id)]
        disputes = (
            env['ar.dispute']
            .search([('customer_id', '=', partner.id), ('company_id', 'child_of', company.id)])
            ._closed_since(SHOWN_DAYS)
        )
        account = values['account']
        covered = env['ar.promise']._covered_items(lines.ids, today)
        disputed = set(disputes.filtered(lambda d: d.state == 'open').move_id.ids)
        return {
            **values,
            'covered': covered,
            'disputed': disputed,
            'disputes': disputes,
            'promises': env['ar.promise']
            .search(
                [
                    *mine,
                    '|',
                    ('state', '=', 'open'),
                    ('closed_on', '>=', fields.Date.subtract(today, days=SHOWN_DAYS)),
                ]
            )
            .filtered(lambda p: p.state != 'cancelled'),
            'plans': env['ar.payment.plan'].search(
                [*mine, ('state', 'in', ('offered', 'active', 'completed', 'defaulted'))]
            ),
            'promise_refusal': env['ar.promise']._portal_refusal(account) if account else False,
            'promise_furthest': fields.Date.add(today, days=company.ar_promise_max_days),
            'promisable': {
                line.id: amount
                for line, amount in env['ar.promise']._undisputed(values['items']).items()
                if line.id not in covered
            },
            'notice': request.session.pop(NOTICE, None),
        }

    # === Promise ===

    @http.route(
        ['/my/receivables/promise'],
        type='http',
        auth='user',
        website=True,
        methods=['GET', 'POST'],
        sitemap=False,
    )
    def portal_promise(self, item=None, company=None, **kwargs):
        """Ask which invoices the customer pays by when, then note the promise."""
        partner = self._receivables_partner()
        if request.httprequest.method == 'GET':
            return self._render_promise(partner, company, chosen=item)
        items = self._own_open_items(partner, request.httprequest.form.getlist('item'))
        chosen = items.company_id.root_id
        if not items:
            return self._render_promise(
                partner, company, error=request.env._("Choose the invoices that you promise to pay.")
            )
        if len(chosen) > 1:
            raise NotFound()
        account = partner.env['ar.credit.account']._for_partner(partner, chosen)
        try:
            with request.env.cr.savepoint():
                partner.env['ar.promise']._promise_on_portal(
                    account, items, _date(kwargs.get('date')), self._portal_contact()
                )
        except (UserError, ValidationError) as refused:
            return self._render_promise(partner, chosen.id, error=str(refused))
        return self._back_to_receivables(chosen, done=request.env._("Thank you. We have noted your promise."))

    def _render_promise(self, partner, company, chosen=None, error=None):
        company, _companies = self._receivables_company(partner, company)
        return request.render(
            'ar_dunning.portal_promise',
            {
                **self._prepare_portal_layout_values(),
                **self._prepare_receivables_values(company, partner),
                'page_name': 'receivables',
                'chosen': chosen,
                'error': error,
            },
        )

    # === Dispute ===

    @http.route(
        ['/my/receivables/dispute/<int:item_id>'],
        type='http',
        auth='user',
        website=True,
        methods=['GET', 'POST'],
        sitemap=False,
    )
    def portal_dispute(self, item_id, reason=None, description=None, amount=None, **kwargs):
        """Ask what is wrong with an item, then open the dispute with what the customer attaches."""
        partner = self._receivables_partner()
        line = self._own_open_items(partner, [item_id]).move_line_id
        values = {
            **self._prepare_portal_layout_values(),
            'page_name': 'receivables',
            'line': line,
            'error': None,
            'reasons': partner.env['ar.dispute']._fields['reason']._description_selection(request.env),
            'reason': reason,
            'description': description,
            'amount': amount,
        }
        if request.httprequest.method == 'GET':
            return request.render('ar_dunning.portal_dispute', values)
        try:
            with request.env.cr.savepoint():
                self._open_portal_dispute(partner, line, reason, description, amount)
        except (UserError, ValidationError) as refused:
            return request.render('ar_dunning.portal_dispute', {**values, 'error': str(refused)})
        return self._back_to_receivables(
            line.company_id.root_id,
            done=request.env._("Thank you. We are looking into it and will answer you."),
        )

    def _open_portal_dispute(self, partner, line, reason, description, amount):
        move = line.move_id
        several = len(move._arrangeable_lines()) > 1
        dispute = partner.env['ar.dispute']._open_on_portal(
            move,
            line if several else line.browse(),
            reason,
            description,
            _amount(amount),
            self._portal_contact(),
        )
        dispute.message_post(
            body=dispute.description,
            author_id=self._portal_contact().id,
            message_type='comment',
            subtype_xmlid='mail.mt_note',
            attachments=self._dispute_files(),
        )

    def _dispute_files(self):
        """Return (name, content) of what the customer attached.

        :raise UserError: too many files, or one is too large.
        """
        files = [file for file in request.httprequest.files.getlist('attachment') if file.filename]
        if len(files) > ATTACHMENTS:
            raise UserError(request.env._("Attach at most %s files.", ATTACHMENTS))
        found = []
        for file in files:
            file.seek(0)  # the request may be replayed
            content = file.read(MAX_FILE + 1)
            if len(content) > MAX_FILE:
                raise UserError(request.env._("%s is larger than 10 MB.", file.filename))
            found.append((file.filename, content))
        return found

    # === Payment plan ===

    @http.route(
        ['/my/payment-plans/<int:dunning_plan_id>'], type='http', auth='public', website=True, sitemap=False
    )
    def portal_payment_plan(self, dunning_plan_id, access_token=None, **kwargs):  # noqa: ARG002
        """Show a payment plan to the customer, to sign it while it is offered."""
        plan = self._own_payment_plan(dunning_plan_id, access_token)
        return request.render(
            'ar_dunning.portal_payment_plan',
            {
                **self._prepare_portal_layout_values(),
                'page_name': 'receivables',
                'plan': plan,
                'access_token': plan._portal_ensure_token() if access_token else None,
                'signer': '' if request.env.user._is_public() else request.env.user.name,
            },
        )

    @http.route(
        ['/my/payment-plans/<int:dunning_plan_id>/accept'], type='jsonrpc', auth='public', website=True
    )
    def portal_payment_plan_accept(self, dunning_plan_id, access_token=None, name=None, signature=None):
        """Accept the plan with the signature; refused once it is accepted, taken back or over."""
        access_token = access_token or request.httprequest.args.get('access_token')
        try:
            plan = self._own_payment_plan(dunning_plan_id, access_token)
        except NotFound:
            return {'error': request.env._("This offer does not exist.")}
        if not signature:
            return {'error': request.env._("The signature is missing.")}
        try:
            with request.env.cr.savepoint():
                plan._accept(name, signature, request.httprequest.remote_addr)
        except (UserError, ValidationError) as refused:
            return {'error': str(refused)}
        except (TypeError, binascii.Error):
            return {'error': request.env._("The signature cannot be read. Draw it again.")}
        return {
            'force_refresh': True,
            'redirect_url': plan.get_portal_url() if access_token else plan.access_url,
        }

    @http.route(
        ['/my/payment-plans/<int:dunning_plan_id>/pdf'],
        type='http',
        auth='public',
        website=True,
        sitemap=False,
    )
    def portal_payment_plan_pdf(self, dunning_plan_id, access_token=None, **kwargs):  # noqa: ARG002
        """Return the agreement as it is kept, or as it is offered."""
        plan = self._own_payment_plan(dunning_plan_id, access_token)
        return self._show_report(plan, 'pdf', 'ar_dunning.payment_plan_report', download=True)

    # === What is the customer's own ===

    def _own_open_items(self, partner, ids):
        """Return the customer's open items (superuser).

        :raise NotFound: one of the ids is not an open debit of the customer.
        """
        try:
            ids = {int(item) for item in ids}
        except ValueError as error:
            raise NotFound() from error
        items = (
            request.env['ar.open.item']
            ._of_customer(partner)
            .filtered(lambda item: item.move_line_id.id in ids and item.residual_currency > 0)
        )
        if len(items) != len(ids):
            raise NotFound()
        return items

    def _own_payment_plan(self, dunning_plan_id, access_token=None):
        """Return the plan (superuser) of the customer, or of who holds its link.

        :raise NotFound: it is somebody else's, or was not offered yet.
        """
        plan = (
            request.env['ar.payment.plan']
            .sudo()
            .search([('id', '=', dunning_plan_id), ('state', 'not in', ('draft', 'cancelled'))])
        )
        by_link = (
            plan
            and access_token
            and plan.access_token
            and consteq(plan.access_token, access_token)
            and plan._link_is_good()
        )
        own = not request.env.user._is_public() and plan.partner_id == self._receivables_partner()
        if not plan or not (by_link or own):
            raise NotFound()
        return plan.with_context(lang=request.env.lang)

    def _portal_contact(self):
        return request.env.user.partner_id.sudo()

    def _back_to_receivables(self, company=None, done=None, error=None):
        """Go back to the page, which says once what came of it."""
        request.session[NOTICE] = {'text': done or error, 'kind': 'success' if done else 'danger'}
        return request.redirect(f'/my/receivables?company={company.id}' if company else '/my/receivables')


def _date(text):
    try:
        return date.fromisoformat(text or '')
    except ValueError:
        return None


def _amount(text):
    """Return the amount as a number of the browser's form; None where it is left empty.

    :raise UserError: it is no number.
    """
    if not (text or '').strip():
        return None
    try:
        return float(text)
    except ValueError as error:
        raise UserError(request.env._("%s is not an amount.", text)) from error
