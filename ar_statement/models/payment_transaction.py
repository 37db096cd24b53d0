from contextlib import contextmanager

from odoo import api, fields, models
from odoo.fields import Command, Domain


class PaymentTransaction(models.Model):
    """A payment of chosen open items: it settles these, and not the oldest instalments of their invoices.

    What the customer chose is a fact: nobody sends the money elsewhere by writing it.
    """

    _name = 'payment.transaction'
    _inherit = ['payment.transaction', 'ar.fact.mixin']
    _facts = frozenset(['ar_item_ids', 'ar_item_parts'])

    ar_item_ids = fields.Many2many(
        'account.move.line',
        'ar_payment_transaction_item_rel',
        'transaction_id',
        'line_id',
        "Chosen Items",
        readonly=True,
        copy=False,
        help="The receivable items that the customer chose to pay. Credits among them are taken off.",
    )

    ar_item_parts = fields.Json(
        "Parts of Items",
        readonly=True,
        copy=False,
        help="What is paid of the items that are not paid in full: {id: amount in the currency}.",
    )

    def _ar_choose(self, items, parts):
        """Keep what the customer chose to pay: journal items, and {id: amount} of those not paid in full."""
        self._record_facts({'ar_item_ids': [Command.set(items.ids)], 'ar_item_parts': parts})

    def _create_payment(self, **extra_create_values):
        """Create the payment and match it with the chosen items; a surplus stays open as a credit.

        An item of which only a part is paid gets a line of the entry to itself, so that not more of it is
        settled than was chosen.
        """
        self.ensure_one()
        items = self.ar_item_ids or self.source_transaction_id.ar_item_ids
        if not items or self.operation == 'refund':
            return super()._create_payment(**extra_create_values)
        invoices = (self.invoice_ids or self.source_transaction_id.invoice_ids).ids
        parts = self._ar_parts(items)
        with self._without_invoices():
            payment = super()._create_payment(
                **{
                    'destination_account_id': items.account_id[:1].id,
                    'invoice_ids': [Command.set(invoices)],
                    'write_off_line_vals': [self._ar_part_line(item, part) for item, part in parts.items()],
                    **extra_create_values,
                }
            )
        paid = payment.move_id.line_ids.filtered(
            lambda line: line.account_id == payment.destination_account_id
        ).sorted('id')
        own = paid[len(paid) - len(parts) :]
        self._ar_match((paid - own) + (items - items.browse().concat(*parts)))
        for item, line in zip(parts, own, strict=True):
            self._ar_match(item + line)
        return payment

    def _ar_parts(self, items):
        """Return {item: amount} of the items that are paid in part, as long as all of it was captured."""
        source = self if self.ar_item_ids else self.source_transaction_id
        if self.currency_id.compare_amounts(self.amount, source.amount):
            return {}
        amounts = source.ar_item_parts or {}
        parts = {item: amounts[str(item.id)] for item in items if str(item.id) in amounts}
        if len(parts) == len(items):  # the payment's own line is that of the first one
            parts.pop(items[0])
        return parts

    def _ar_part_line(self, item, amount):
        company = self.provider_id.company_id
        today = fields.Date.context_today(self)
        return {
            'name': f'{self.reference} - {item.move_id.name}',
            'account_id': item.account_id.id,
            'partner_id': self.partner_id.commercial_partner_id.id,
            'currency_id': self.currency_id.id,
            'amount_currency': -amount,
            'balance': -self.currency_id._convert(amount, company.currency_id, company, today),
        }

    def _ar_match(self, lines):
        lines = lines.filtered(lambda line: line.parent_state == 'posted' and not line.reconciled)
        if len(lines) > 1:
            lines.filtered(lambda line: line.account_id == lines[:1].account_id).reconcile()

    @contextmanager
    def _without_invoices(self):
        """Hide the invoices from Odoo's own matching, which takes the instalments by due date."""
        kept = {tx: tx.invoice_ids for tx in self | self.source_transaction_id}
        for tx in kept:
            tx.invoice_ids = [Command.clear()]
        yield
        for tx, invoices in kept.items():
            tx.invoice_ids = [Command.set(invoices.ids)]

    @api.model
    def _ar_in_process(self, items):
        """Return the journal items among ``items`` that a payment under way already settles.

        A wire transfer that is only promised is not under way: the customer may still pay otherwise.
        """
        live = Domain('state', 'in', ('pending', 'authorized')) & Domain(
            'provider_code', 'not in', ('none', 'custom')
        )
        live |= Domain('state', '=', 'done') & Domain('is_post_processed', '=', False)
        found = self.sudo().search(
            live & (Domain('ar_item_ids', 'in', items.ids) | Domain('invoice_ids', 'in', items.move_id.ids))
        )
        whole = found.filtered(lambda tx: not tx.ar_item_ids).invoice_ids
        return items.filtered(lambda item: item in found.ar_item_ids or item.move_id in whole)
