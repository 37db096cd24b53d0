from odoo import fields, models


class AccountPaymentTerm(models.Model):
    _inherit = 'account.payment.term'

    ar_prepayment = fields.Boolean(
        "Cash in Advance", help="Orders on these terms are paid before delivery: they pass the credit check."
    )

    def _ar_longest_days(self):
        """Return the days until the last instalment counts from the invoice; no term = at once."""
        return max(self.line_ids.mapped('nb_days'), default=0)
