from odoo import fields, models


class ArProvisionSeriesPoint(models.Model):
    """One observation behind the outlook of a policy: the indicator of a period, and what was lost then."""

    _name = 'ar.provision.series.point'
    _description = "Observed Indicator"
    _inherit = ['ar.provision.policy.part.mixin']
    _order = 'provision_policy_id, name, id'

    name = fields.Char("Period", required=True)
    value = fields.Float("Indicator", digits=(16, 4), required=True)
    loss_rate = fields.Float(
        "Losses", digits=(12, 8), required=True, help="Of the credit sales of the period."
    )

    _loss_rate_range = models.Constraint(
        'CHECK (loss_rate >= 0 AND loss_rate <= 1)', "Losses are between 0 and 100 % of the credit sales."
    )
    _period_unique = models.UniqueIndex('(provision_policy_id, name)', "The same period is entered twice.")
