from odoo import api, fields, models


class AccountMove(models.Model):
    _inherit = 'account.move'

    ar_charge_ids = fields.One2many(
        'ar.interest.charge', 'invoice_id', "Interest and Fees Charged", readonly=True
    )

    def _post(self, soft=True):
        posted = super()._post(soft)
        refunds = posted.filtered(lambda move: move.move_type == 'out_refund' and move.reversed_entry_id)
        refunds.filtered(
            lambda refund: not refund.currency_id.compare_amounts(
                refund.amount_total, refund.reversed_entry_id.amount_total
            )
        ).reversed_entry_id._cancel_charges()
        return posted

    def button_cancel(self):
        result = super().button_cancel()
        self._cancel_charges()
        return result

    def _ar_sells(self):
        # EXTENDS 'ar_base'
        return super()._ar_sells() and not self.sudo().ar_charge_ids

    def _cancel_charges(self):
        """The invoice is taken back: its days may be charged again."""
        Charge = self.env['ar.interest.charge'].sudo()
        charges = Charge.search([('invoice_id', 'in', self.ids), ('state', '=', 'booked')])
        if charges:
            charges._cancel()

    def _post_and_match(self):
        """Post a credit note and match it with the invoice that it takes back."""
        self._post(soft=False)
        (self | self.reversed_entry_id).line_ids.filtered(
            lambda line: line.account_id.ar_is_receivable and not line.reconciled
        ).reconcile()

    @api.ondelete(at_uninstall=False)
    def _unlink_cancels_charges(self):
        self._cancel_charges()
