from odoo import api, fields, models
from odoo.exceptions import AccessError


class AccountPaymentTerm(models.Model):
    _inherit = 'account.payment.term'

    ar_prepayment = fields.Boolean(
        "Cash in Advance", help="Orders on these terms are paid before delivery: they pass the credit check."
    )

    @api.model_create_multi
    def create(self, vals_list):
        terms = super().create(vals_list)
        terms.filtered('ar_prepayment')._ar_check_prepayment()
        return terms

    def write(self, vals):
        if 'ar_prepayment' in vals:
            self.filtered(lambda t: t.ar_prepayment != bool(vals['ar_prepayment']))._ar_check_prepayment()
        return super().write(vals)

    def _ar_check_prepayment(self):
        """Orders on such terms pass the credit check, so credit control decides which these are."""
        if self and not self.env.su and not self.env.user.has_group('ar_base.group_manager'):
            raise AccessError(
                self.env._(
                    "Only a receivables manager decides whether \"%s\" is cash in advance: orders on such "
                    "terms pass the credit check.",
                    self[:1].name,
                )
            )

    def _ar_longest_days(self):
        """Return the days until the last instalment counts from the invoice; no term = at once."""
        return max(self.line_ids.mapped('nb_days'), default=0)

    def _ar_credit_days(self):
        """Return the days of credit that the terms give; -1 = paid in advance."""
        terms = self.sudo()
        return -1 if terms.ar_prepayment else terms._ar_longest_days()
