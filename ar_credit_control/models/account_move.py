from odoo import api, models

# The exposure reads them of drafts. A context that reaches the creation of an invoice must not give them.
COMPUTED = {'amount_total', 'amount_untaxed', 'amount_tax', 'amount_residual', 'commercial_partner_id'}


class AccountMove(models.Model):
    _inherit = 'account.move'

    # What customers have on drafts, by ``engine.exposure.draft_invoices``. An invoice is in it until it is
    # posted: that costs one entry for each draft, and nothing for what is posted.
    _ar_drafts_idx = models.Index(
        "(commercial_partner_id) WHERE state = 'draft' AND move_type IN ('out_invoice', 'out_receipt')"
    )

    @api.model
    def default_get(self, fields):
        return super().default_get([name for name in fields if name not in COMPUTED])

    def write(self, vals):
        result = super().write(vals)
        if 'state' in vals:
            # Posted payments and credit notes lower what a customer owes; so does an invoice that is taken
            # back.
            self.line_ids._credit_queue_recheck()
        return result
