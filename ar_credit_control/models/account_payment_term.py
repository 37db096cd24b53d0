from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..engine import terms as engine
from ..rules import terms


class AccountPaymentTerm(models.Model):
    _inherit = 'account.payment.term'

    ar_prepayment = fields.Boolean(
        "Cash in Advance", help="Orders on these terms are paid before delivery: they pass the credit check."
    )

    ar_credit_days = fields.Integer(
        "Days of Credit",
        compute='_compute_ar_credit_days',
        compute_sudo=True,
        help="Until the last instalment, at the longest; -1 = paid in advance.",
    )

    @api.depends('ar_prepayment', 'line_ids.nb_days', 'line_ids.delay_type', 'line_ids.days_next_month')
    def _compute_ar_credit_days(self):
        """One query: each confirmation asks for them."""
        days = {}
        if self._origin.ids:
            for model, names in engine.FLUSHED.items():
                self.env[model].flush_model(names)
            for term_id, in_advance, *line in self.env.execute_query(engine.instalments(self._origin.ids)):
                longest = -1 if in_advance else terms.longest(*line) if line[0] else 0
                days[term_id] = max(longest, days.get(term_id, -1))
        for term in self:
            changed = not isinstance(term.id, int)  # on a form, before it is saved
            term.ar_credit_days = (
                (-1 if term.ar_prepayment else term._ar_longest_days()) if changed else days.get(term.id, 0)
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
        """Return the days from the invoice to the last instalment, at the longest; no term = at once."""
        return max(
            (terms.longest(line.delay_type, line.nb_days, line.days_next_month) for line in self.line_ids),
            default=0,
        )

    def _ar_credit_days(self):
        """Return the days of credit that the terms give; -1 = paid in advance."""
        return self.ar_credit_days
