from contextlib import contextmanager

from odoo import api, fields, models
from odoo.fields import Command, Domain


class PaymentTransaction(models.Model):
    """A payment of chosen open items: it settles these, and not the oldest instalments of their invoices."""

    _inherit = 'payment.transaction'

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

    def _create_payment(self, **extra_create_values):
        """Create the payment and match it with the chosen items; a surplus stays open as a credit."""
        self.ensure_one()
        items = self.ar_item_ids or self.source_transaction_id.ar_item_ids
        if not items or self.operation == 'refund':
            return super()._create_payment(**extra_create_values)
        invoices = (self.invoice_ids or self.source_transaction_id.invoice_ids).ids
        with self._without_invoices():
            payment = super()._create_payment(
                **{
                    'destination_account_id': items.account_id[:1].id,
                    'invoice_ids': [Command.set(invoices)],
                    **extra_create_values,
                }
            )
        (payment.move_id.line_ids + items).filtered(
            lambda line: line.account_id == payment.destination_account_id
            and line.parent_state == 'posted'
            and not line.reconciled,
        ).reconcile()
        return payment

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
