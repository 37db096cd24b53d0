from odoo import http
from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.http import request

from odoo.addons.account_payment.controllers.payment import PaymentPortal
from odoo.addons.account_payment.controllers.portal import PortalAccount
from odoo.addons.ar_base.controllers.portal import ReceivablesPortal


class ReceivablesPayment(ReceivablesPortal, PortalAccount, PaymentPortal):
    """Pay open items from the customer's page: all, the overdue, or chosen ones; an instalment is an item.

    The browser says which items, never how much: the amount is what is open of them when the payment begins.
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

    def _pay_add_payable(self, group, in_process):
        """Add to the group what can be paid, with the amounts of the buttons."""
        payable = [item for item in group['items'] if item.move_line_id not in in_process]
        group['payable'] = payable
        for choice in ('all', 'overdue'):
            amount = self._pay_amount(group, self._pay_chosen_items(group, choice))
            group[f'pay_{choice}'] = amount if amount > 0 else 0

    def _pay_chosen_items(self, group, choice):
        """Return the items of the group that ``choice`` names: ``all``, ``overdue`` or ids joined by ``-``.

        What is disputed is not asked for as overdue; credits are taken off in both.
        """
        if choice == 'all':
            return group['payable']
        if choice == 'overdue':
            return [
                item
                for item in group['payable']
                if item.residual_currency < 0 or (item.days_overdue > 0 and not item.disputed)
            ]
        chosen = set(choice.split('-'))
        return [item for item in group['payable'] if str(item.id) in chosen]

    def _pay_amount(self, group, items):
        return group['currency'].round(sum(item.residual_currency for item in items))

    def _pay_group_of(self, company, slug):
        """Return (values of the page, the group or None) of the logged-in user's own receivables."""
        partner = self._receivables_partner()
        chosen, _companies = self._receivables_company(partner, company)
        values = self._prepare_receivables_values(chosen, partner)
        return values, next((group for group in values['groups'] if group['slug'] == slug), None)

    @http.route(
        ['/my/receivables/pay'], type='http', auth='user', website=True, sitemap=False, methods=['GET']
    )
    def portal_receivables_pay(self, company=None, group=None, what='chosen', **kwargs):
        """Show what is about to be paid, and Odoo's payment form for it."""
        values, found = self._pay_group_of(company, group)
        choice = what if what in ('all', 'overdue') else '-'.join(request.httprequest.args.getlist('item'))
        items = self._pay_chosen_items(found, choice) if found else []
        amount = self._pay_amount(found, items) if found else 0
        back = f"/my/receivables?company={values['company'].id}"
        if amount <= 0:
            return request.redirect(f'{back}&message=nothing')
        route = f"/my/receivables/transaction/{values['company'].id}/{group}/{choice}"
        return request.render(
            'ar_statement.portal_receivables_pay',
            {
                **self._prepare_portal_layout_values(),
                **self._pay_values(values, found, amount, back, route),
                'items': items,
                'amount': amount,
                'group': found,
                'back': back,
                'page_name': 'receivables_pay',
                'partner': values['partner'],
            },
        )

    def _pay_values(self, values, group, amount, back, route):
        return self._get_common_page_view_values(
            invoices_data={
                'partner': values['partner'],
                'company': group['company'],
                'total_amount': amount,
                'currency': group['currency'],
                'amount_residual': amount,
                'transaction_route': route,
                'landing_route': back,
            }
        )

    @http.route(
        ['/my/receivables/transaction/<int:company>/<string:group>/<string:choice>'],
        type='jsonrpc',
        auth='user',
    )
    def portal_receivables_transaction(self, company, group, choice, amount=None, **kwargs):
        """Create the transaction over the chosen items and return its processing values.

        :raise ValidationError: the items are not the user's own, or what is open of them changed since the
            page was shown.
        """
        kwargs = {
            key: value for key, value in kwargs.items() if key not in ('payment_reference', 'access_token')
        }
        self._validate_transaction_kwargs(kwargs)
        values, found = self._pay_group_of(company, group)
        items = self._pay_chosen_items(found, choice) if found else []
        due = self._pay_amount(found, items) if found else 0
        if due <= 0 or found['currency'].compare_amounts(due, float(amount or 0)):
            raise ValidationError(
                request.env._(
                    "What is open has changed since this page was shown. "
                    "Go back to your receivables and choose again."
                )
            )
        return self._pay_start(values, found, items, due, kwargs)

    def _pay_start(self, values, group, items, due, kwargs):
        lines = request.env['account.move.line'].sudo().browse([item.id for item in items])
        invoices = lines.move_id.filtered(lambda move: move.is_sale_document(include_receipts=True))
        reference = (
            lines.move_id.name
            if len(lines.move_id) == 1
            else group['company'].get_next_batch_payment_communication()
        )
        kwargs['landing_route'] = f"/my/receivables?company={values['company'].id}"
        tx = self._create_transaction(
            **kwargs,
            amount=due,
            currency_id=group['currency'].id,
            partner_id=request.env.user.partner_id.id,
            reference_prefix=reference,
            custom_create_values={
                'invoice_ids': [Command.set(invoices.ids)],
                'ar_item_ids': [Command.set(lines.ids)],
            },
        )
        tx.landing_route += f'&tx={tx.id}'
        return tx._get_processing_values()
