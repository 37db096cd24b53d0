from urllib.parse import urlencode

from werkzeug.exceptions import NotFound

from odoo import http
from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.http import content_disposition, request

from odoo.addons.account_payment.controllers.payment import PaymentPortal
from odoo.addons.account_payment.controllers.portal import PortalAccount
from odoo.addons.ar_base.controllers.portal import ReceivablesPortal

CHOICES = ('all', 'overdue', 'undisputed', 'plan')
PAID = 'ar_portal_paid'  # of the session: the transactions that this browser began


class ReceivablesPayment(ReceivablesPortal, PortalAccount, PaymentPortal):
    """Pay open items by one payment: all, the overdue, the undisputed, chosen ones, an instalment of a plan.

    The browser says which, never how much: the amounts are what is open of them when the payment begins. Who
    pays is logged in, or holds the link of a document, and then pays the items of the document alone.
    """

    def _prepare_receivables_values(self, company, partner):
        values = super()._prepare_receivables_values(company, partner)
        in_process = request.env['payment.transaction']._ar_in_process(values['items'].move_line_id)
        for group in values['groups']:
            self._pay_add_payable(group, in_process)
        return {**values, 'in_process': in_process, 'transaction': self._pay_transaction_shown(partner)}

    def _pay_transaction_shown(self, partner):
        """Return the customer's own transaction that the page comes back from; empty where there is none."""
        tx_id = self._cast_as_int(request.params.get('tx'))
        return (
            request.env['payment.transaction']
            .sudo()
            .search(
                [
                    ('id', '=', tx_id or 0),
                    ('partner_id', 'child_of', partner.ids),
                    ('ar_item_ids', '!=', False),
                ]
            )
        )

    # === What can be paid ===

    def _pay_add_payable(self, group, in_process):
        """Add to the group what can be paid, with the amounts of the buttons."""
        payable = [item for item in group['items'] if item.move_line_id not in in_process]
        group['payable'] = payable
        for choice in ('all', 'overdue', 'undisputed'):
            amount = self._pay_amount(group, self._pay_parts(group, choice))
            group[f'pay_{choice}'] = amount if amount > 0 else 0

    def _pay_parts(self, group, choice):
        """Return {item of the group: amount to pay of it} that ``choice`` names.

        It is ``all``, ``overdue``, ``undisputed``, or ids of items, joined by ``-``; ``undisputed`` may be
        followed by ids, ``plan`` is followed by the id of a payment plan. What is disputed, or in a running
        plan, is not asked for as overdue; credits are taken off.
        """
        mode, *chosen = (choice or '').split('-')
        if mode == 'plan':
            return self._pay_instalment(group, chosen)
        if mode not in CHOICES:
            mode, chosen = 'items', [mode, *chosen]
        items = [item for item in group['payable'] if not chosen or str(item.id) in chosen]
        if mode == 'overdue':
            planned = self._receivables_planned(items[0].union(*items[1:])) if items else {}
            items = [
                item
                for item in items
                if item.residual_currency < 0
                or (item.days_overdue > 0 and not item.disputed and item.id not in planned)
            ]
        parts = {item: item.residual_currency for item in items}
        if mode == 'undisputed' and items:
            rest = items[0].union(*items[1:])._undisputed()
            parts = {
                item: rest[item.move_line_id] if amount > 0 else amount
                for item, amount in parts.items()
                if amount < 0 or item.move_line_id in rest
            }
        return parts

    def _pay_instalment(self, group, chosen):
        items = group['payable']
        for plan_id, _due, parts in items[0].union(*items[1:])._next_instalments() if items else []:
            if [str(plan_id)] == chosen:
                return {item: parts[item.move_line_id] for item in items if item.move_line_id in parts}
        return {}

    def _pay_amount(self, group, parts):
        return group['currency'].round(sum(parts.values()))

    def _payment_choices(self, company, partner, items):
        found = super()._payment_choices(company, partner, items)
        token = request.params.get('access_token') if self._receivables_link() else None
        in_process = request.env['payment.transaction']._ar_in_process(items.move_line_id)
        for group in self._receivables_groups(company, items):
            self._pay_add_payable(group, in_process)
            form = {
                'company': company.id,
                'group': group['slug'],
                **({'access_token': token} if token else {}),
            }
            choices = [
                (code, label, self._pay_address(form, what), self._pay_amount(group, parts))
                for code, label, what, parts in self._pay_offers(group)
            ]
            found.append(
                {
                    **group,
                    'choices': [choice for choice in choices if choice[3] > 0],
                    'form': form,
                    'action': '/my/receivables/pay',
                    'in_process': in_process,
                }
            )
        return found

    def _pay_offers(self, group):
        """Return [(code, label, what, {item: amount})] of the buttons of a document's page."""
        # A link names its items itself; the page of a login has more of them than the document.
        ids = [] if self._receivables_link() else [str(item.id) for item in group['payable']]
        items = group['payable']
        for plan_id, _due, _parts in items[0].union(*items[1:])._next_instalments() if items else []:
            what = f'plan-{plan_id}'
            yield 'plan', request.env._("Pay the next instalment"), what, self._pay_parts(group, what)
        if group['pay_undisputed'] != group['pay_all']:
            parts = self._pay_parts(group, 'undisputed')
            yield (
                'undisputed',
                request.env._("Pay what is not disputed"),
                '-'.join(['undisputed', *ids]),
                parts,
            )
        yield 'all', request.env._("Pay everything"), '-'.join(ids) or 'all', self._pay_parts(group, 'all')

    def _pay_address(self, form, what):
        return f"/my/receivables/pay?{urlencode({**form, 'what': what})}"

    # === Paying ===

    def _pay_group_of(self, company, slug):
        """Return (values of the page, the group or None) of the visitor's own receivables."""
        partner = self._receivables_partner()
        chosen, _companies = self._receivables_company(partner, company)
        values = self._prepare_receivables_values(chosen, partner)
        return values, next((group for group in values['groups'] if group['slug'] == slug), None)

    @http.route(
        ['/my/receivables/pay'], type='http', auth='public', website=True, sitemap=False, methods=['GET']
    )
    def portal_receivables_pay(self, company=None, group=None, what='chosen', **kwargs):
        """Show what is about to be paid, and Odoo's payment form for it."""
        if login := self._receivables_login():
            return login
        values, found = self._pay_group_of(company, group)
        choice = '-'.join(request.httprequest.args.getlist('item')) if what == 'chosen' else what
        parts = self._pay_parts(found, choice) if found else {}
        amount = self._pay_amount(found, parts) if found else 0
        back = values['home']
        if amount <= 0:
            separator = '&' if '?' in back else '?'
            return request.redirect(f'{back}{separator}message=nothing')
        route = f"/my/receivables/transaction/{values['company'].id}/{group}/{choice}"
        page = request.render(
            'ar_statement.portal_receivables_pay',
            {
                **self._prepare_portal_layout_values(),
                **self._pay_values(values, found, amount, back, route),
                'parts': parts,
                'amount': amount,
                'group': found,
                'back': back,
                'page_name': 'receivables_pay',
                'partner': values['partner'],
            },
        )
        page.headers['Referrer-Policy'] = 'no-referrer'
        return page

    def _pay_values(self, values, group, amount, back, route):
        link = self._receivables_link()
        found = self._get_common_page_view_values(
            invoices_data={
                'partner': self._portal_contact(),
                'company': group['company'],
                'total_amount': amount,
                'currency': group['currency'],
                'amount_residual': amount,
                'transaction_route': route,
                'landing_route': '/my' if link else back,
            },
            access_token=request.params['access_token'] if link else None,
        )
        if (
            link
        ):  # Who holds a letter's link pays with an own card, and sees and keeps none of the customer's.
            found['tokens_sudo'] = request.env['payment.token']
            found['show_tokenize_input_mapping'] = dict.fromkeys(found['show_tokenize_input_mapping'], False)
        return found

    @http.route(
        ['/my/receivables/transaction/<int:company>/<string:group>/<string:choice>'],
        type='jsonrpc',
        auth='public',
    )
    def portal_receivables_transaction(self, company, group, choice, amount=None, **kwargs):
        """Create the transaction over the chosen items and return its processing values.

        :raise ValidationError: the items are not the visitor's own, what is open of them changed since the
            page was shown, or the way of payment is none that is offered.
        """
        if self._receivables_login():
            raise ValidationError(request.env._("This link is no longer valid. Please ask us for a new one."))
        kwargs = {
            key: value for key, value in kwargs.items() if key not in ('payment_reference', 'access_token')
        }
        self._validate_transaction_kwargs(kwargs)
        values, found = self._pay_group_of(company, group)
        parts = self._pay_parts(found, choice) if found else {}
        due = self._pay_amount(found, parts) if found else 0
        if due <= 0 or found['currency'].compare_amounts(due, float(amount or 0)):
            raise ValidationError(
                request.env._(
                    "What is open has changed since this page was shown. "
                    "Go back to your receivables and choose again."
                )
            )
        self._pay_check_way(found, due, kwargs)
        return self._pay_start(values, found, parts, due, kwargs)

    def _pay_check_way(self, group, due, kwargs):
        """Refuse a provider that is not offered, and the customer's saved cards to the holder of a link."""
        offered = (
            request.env['payment.provider']
            .sudo()
            ._get_compatible_providers(
                group['company'].id, self._portal_contact().id, due, currency_id=group['currency'].id
            )
        )
        by_link = self._receivables_link() and (
            kwargs.get('flow') == 'token' or kwargs.get('tokenization_requested')
        )
        if kwargs.get('provider_id') not in offered.ids or kwargs.get('is_validation') or by_link:
            raise ValidationError(
                request.env._("This way of payment is not offered here. Go back and choose another one.")
            )

    def _pay_start(self, values, group, parts, due, kwargs):
        lines = request.env['account.move.line'].sudo().browse([item.id for item in parts])
        invoices = lines.move_id.filtered(lambda move: move.is_sale_document(include_receipts=True))
        reference = (
            lines.move_id.name
            if len(lines.move_id) == 1
            else group['company'].get_next_batch_payment_communication()
        )
        by_link = bool(self._receivables_link())
        kwargs['landing_route'] = (
            '/my/receivables/paid' if by_link else f"/my/receivables?company={values['company'].id}"
        )
        tx = self._create_transaction(
            **kwargs,
            amount=due,
            currency_id=group['currency'].id,
            partner_id=self._portal_contact().id,
            reference_prefix=reference,
            custom_create_values={'invoice_ids': [Command.set(invoices.ids)]},
        )
        tx._ar_choose(
            lines,
            {
                str(item.id): amount
                for item, amount in parts.items()
                if item.currency_id.compare_amounts(amount, item.residual_currency)
            },
        )
        # The address is kept with the transaction: it holds no token. The session knows what it may see.
        tx.landing_route += f'/{tx.id}' if by_link else f'&tx={tx.id}'
        request.session[PAID] = [*request.session.get(PAID, []), tx.id]
        return tx._get_processing_values()

    # === Afterwards ===

    def _pay_own_transaction(self, tx_id):
        """Return the transaction (superuser) that this browser began, or that is the logged-in customer's.

        :raise NotFound: it is somebody else's.
        """
        tx = (
            request.env['payment.transaction']
            .sudo()
            .search([('id', '=', tx_id), ('ar_item_ids', '!=', False)])
        )
        user = request.env.user
        own = user.share and not user._is_public() and tx.partner_id.commercial_partner_id
        if not tx or (
            tx.id not in request.session.get(PAID, []) and own != user.partner_id.commercial_partner_id
        ):
            raise NotFound
        return tx

    @http.route(
        ['/my/receivables/paid/<int:tx_id>'],
        type='http',
        auth='public',
        website=True,
        sitemap=False,
        methods=['GET'],
    )
    def portal_receivables_paid(self, tx_id, **kwargs):
        """Thank for a payment, and say what it paid; show its state while it is not received."""
        tx = self._pay_own_transaction(tx_id)
        return request.render(
            'ar_statement.portal_receivables_paid',
            {'transaction': tx, 'items': tx.ar_item_ids, 'page_name': 'receivables_paid'},
        )

    @http.route(
        ['/my/receivables/paid/<int:tx_id>/receipt'],
        type='http',
        auth='public',
        website=True,
        sitemap=False,
        methods=['GET'],
    )
    def portal_receivables_receipt(self, tx_id, **kwargs):
        """Send the receipt of a payment that was received."""
        payment = self._pay_own_transaction(tx_id).payment_id
        if not payment:
            raise NotFound
        report = request.env['ir.actions.report'].sudo().with_company(payment.company_id)
        content, _type = report._render_qweb_pdf('account.action_report_payment_receipt', payment.ids)
        name = f"{payment.name or payment.memo}.pdf".replace('/', '-')
        return request.make_response(
            content,
            headers=[('Content-Type', 'application/pdf'), ('Content-Disposition', content_disposition(name))],
        )
