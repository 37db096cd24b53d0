import binascii

from werkzeug.exceptions import NotFound

from odoo import fields, http
from odoo.exceptions import UserError, ValidationError
from odoo.http import request

from odoo.addons.ar_base.controllers.portal import SHOWN_DAYS, ReceivablesPortal


class PromisePortal(ReceivablesPortal):
    """A customer promises to pay, and accepts payment plans. A plan also opens by a link."""

    def _prepare_receivables_values(self, company, partner):
        values = super()._prepare_receivables_values(company, partner)
        env, today, account = partner.env, values['today'], values['account']
        mine = [('partner_id', '=', partner.id), ('company_id', '=', company.id)]
        since = fields.Date.subtract(today, days=SHOWN_DAYS)
        paused = env['ar.open.item']._paused_items(values['items'].move_line_id.ids, today)
        return {
            **values,
            'paused': paused,
            # What is promised or planned already is neither promised nor disputed.
            'undisputed': {
                line: amount for line, amount in values['undisputed'].items() if line not in paused
            },
            'promises': env['ar.promise'].search(
                [*mine, ('state', '!=', 'cancelled'), '|', ('state', '=', 'open'), ('closed_on', '>=', since)]
            ),
            'plans': env['ar.payment.plan'].search(
                [*mine, ('state', 'in', ('offered', 'active', 'completed', 'defaulted'))]
            ),
            'promise_refusal': env['ar.promise']._portal_refusal(account) if account else False,
            'promise_furthest': fields.Date.add(today, days=company.ar_promise_max_days),
        }

    # === Promise ===

    @http.route(
        ['/my/receivables/promise'],
        type='http',
        auth='public',
        website=True,
        methods=['GET', 'POST'],
        sitemap=False,
    )
    def portal_promise(self, item=None, company=None, **kwargs):
        """Ask which invoices the customer pays by when, then note the promise."""
        if login := self._receivables_login():
            return login
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
            raise NotFound
        account = partner.env['ar.credit.account']._for_partner(partner, chosen)
        try:
            with request.env.cr.savepoint():
                partner.env['ar.promise']._promise_on_portal(
                    account,
                    items,
                    self._as_date(kwargs.get('date')),
                    self._portal_contact(),
                    self._receivables_link(),
                )
        except (UserError, ValidationError) as refused:
            return self._render_promise(partner, chosen.id, error=str(refused))
        return self._back_to_receivables(chosen, request.env._("Thank you. We have noted your promise."))

    def _render_promise(self, partner, company, chosen=None, error=None):
        company, _companies = self._receivables_company(partner, company)
        return request.render(
            'ar_promise.portal_promise',
            {
                **self._prepare_portal_layout_values(),
                **self._prepare_receivables_values(company, partner),
                'page_name': 'receivables',
                'chosen': chosen,
                'error': error,
            },
        )

    # === Payment plan ===

    @http.route(
        ['/my/payment-plans/<int:payment_plan_id>'], type='http', auth='public', website=True, sitemap=False
    )
    def portal_payment_plan(self, payment_plan_id, access_token=None, **kwargs):  # noqa: ARG002
        """Show a payment plan to the customer, to sign it while it is offered."""
        plan, link = self._own_payment_plan(payment_plan_id, access_token)
        page = request.render(
            'ar_promise.portal_payment_plan',
            {
                **self._prepare_portal_layout_values(),
                'page_name': 'receivables',
                'plan': plan,
                'access_token': access_token if link else None,
                'signs': link.purpose != 'preview',
                'signer': '' if request.env.user._is_public() else request.env.user.name,
                'payments': self._plan_payments(plan, link),
            },
        )
        page.headers['Referrer-Policy'] = 'no-referrer'
        return page

    def _plan_payments(self, plan, link):
        """Return what can be paid online of a running plan; nothing by the link of one who only looks."""
        if plan.state != 'active' or link.purpose in plan._link_looks or not request.env.user.share:
            return []
        customer, company = plan.partner_id.commercial_partner_id, plan.company_id.root_id
        items = request.env['ar.open.item']._of_customer(customer, company)
        items = items.filtered(lambda item: item.move_line_id in plan._link_items())
        return self._payment_choices(company, customer, items)

    @http.route(
        ['/my/payment-plans/<int:payment_plan_id>/accept'], type='jsonrpc', auth='public', website=True
    )
    def portal_payment_plan_accept(self, payment_plan_id, access_token=None, name=None, signature=None):
        """Accept the plan with the signature; refused once it is accepted, taken back or over."""
        access_token = access_token or request.httprequest.args.get('access_token')
        try:
            plan, link = self._own_payment_plan(payment_plan_id, access_token, ('sign',))
        except NotFound:
            return {'error': request.env._("This offer does not exist.")}
        if not signature:
            return {'error': request.env._("The signature is missing.")}
        try:
            with request.env.cr.savepoint():
                reply = plan._reply_facts(link)
                plan._accept(name, signature, request.httprequest.remote_addr, reply)
        except (UserError, ValidationError) as refused:
            return {'error': str(refused)}
        except (TypeError, binascii.Error):
            return {'error': request.env._("The signature cannot be read. Draw it again.")}
        page = plan._link_paths['sign'] % plan.id
        return {
            'force_refresh': True,
            'redirect_url': f'{page}?access_token={access_token}' if link else page,
        }

    @http.route(
        ['/my/payment-plans/<int:payment_plan_id>/pdf'],
        type='http',
        auth='public',
        website=True,
        sitemap=False,
    )
    def portal_payment_plan_pdf(self, payment_plan_id, access_token=None, **kwargs):  # noqa: ARG002
        """Return the plan as it is kept, or as it is offered."""
        plan, _link = self._own_payment_plan(payment_plan_id, access_token)
        if kept := plan.signed_copy_id:
            content = request.env['ar.kept.document']._content(kept)
            headers = [
                ('Content-Type', kept.mimetype),
                ('Content-Disposition', http.content_disposition(kept.name)),
                ('Referrer-Policy', 'no-referrer'),
                ('Cache-Control', 'no-store'),
            ]
            return request.make_response(content, headers=headers)
        return self._show_report(plan, 'pdf', 'ar_promise.payment_plan_report', download=True)

    def _own_payment_plan(self, payment_plan_id, access_token=None, purposes=('sign', 'preview')):
        """Return (plan as superuser, link used) of the customer, or of who holds a link for a purpose.

        :raise NotFound: it is another customer's, or was not offered yet.
        """
        for purpose in purposes:
            plan, link = self._receivables_document('ar.payment.plan', payment_plan_id, purpose, access_token)
            if plan and plan.state not in ('draft', 'cancelled') and (not link or plan._link_is_good()):
                return plan.with_context(lang=request.env.lang), link
        raise NotFound
