from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResCompany(models.Model):
    """How customers are assessed, and how large a suggested limit may be."""

    _inherit = 'res.company'

    ar_min_experiences = fields.Integer(
        "Payments Needed",
        default=1,
        help="A customer with fewer payments and overdue items has no payment index.",
    )
    ar_index_low = fields.Float("Low Risk from Index", default=80.0, digits=(4, 1))
    ar_index_medium = fields.Float("Medium Risk from Index", default=50.0, digits=(4, 1))
    ar_scorecard_id = fields.Many2one('ar.credit.scorecard', "Score Card")
    ar_limit_cushion_days = fields.Integer(
        "Cushion (Days)",
        default=15,
        help="Added to the terms when the need is estimated: customers pay a little late.",
    )
    ar_net_worth_pct = fields.Float("Share of Net Worth %", default=10.0)
    ar_working_capital_pct = fields.Float("Share of Working Capital %", default=20.0)
    ar_limit_maximum = fields.Monetary("Largest Suggested Limit", help="0 = no maximum.")
    ar_limit_step = fields.Monetary("Round Limits Down to", default=1000.0)

    @api.constrains(
        'ar_min_experiences',
        'ar_index_low',
        'ar_index_medium',
        'ar_limit_cushion_days',
        'ar_net_worth_pct',
        'ar_working_capital_pct',
        'ar_limit_maximum',
        'ar_limit_step',
    )
    def _check_scoring(self):
        for company in self:
            if company.ar_min_experiences < 1:
                raise ValidationError(self.env._("A payment index needs at least one payment."))
            if not 0 <= company.ar_index_medium <= company.ar_index_low <= 100:
                raise ValidationError(
                    self.env._(
                        "The risk bounds of the payment index lie between 0 and 100, the one of low risk "
                        "above the other."
                    )
                )
            if (
                min(
                    company.ar_limit_cushion_days,
                    company.ar_net_worth_pct,
                    company.ar_working_capital_pct,
                    company.ar_limit_maximum,
                    company.ar_limit_step,
                )
                < 0
            ):
                raise ValidationError(self.env._("The settings of suggested limits cannot be negative."))

    def _ar_index_risks(self):
        """Return the risk classes as ``rules.scoring`` takes them."""
        return ((self.ar_index_low, 'low'), (self.ar_index_medium, 'medium'), (0, 'high'))

    def _ar_scorecard(self):
        """Return the score card that customers of this company are assessed with unless another is chosen."""
        root = self.root_id.sudo()
        return root.ar_scorecard_id or self.env['ar.credit.scorecard'].sudo().search(
            [('company_id', 'in', (False, root.id))], order='company_id, sequence, id', limit=1
        )
